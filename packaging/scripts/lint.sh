#!/usr/bin/env bash
# Everything that can be found without running the program. Goes through to the end; fails at the end.
# The steps are called by name, which shellcheck cannot see.
# shellcheck disable=SC2317
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

failed=0
step() { # NAME COMMAND...
  local name="$1" start=$SECONDS
  shift
  if "$@"; then
    echo "lint: $name: ok ($((SECONDS - start)) s)"
  else
    echo "lint: $name: FAILED" >&2
    failed=1
  fi
}

# Tracked files, and new ones that are not ignored.
files() {
  git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r f; do
    if [[ -f $f ]]; then printf '%s\n' "$f"; fi
  done
}

format() { swift format lint --strict --parallel -r Sources Tests Package.swift; }

c_shim() {
  local sources=()
  mapfile -t sources < <(files 'Sources/CShim/*.c')
  # clang, as the package manager does: the headers say _Nonnull for Swift's sake.
  if [[ ${#sources[@]} -gt 0 ]]; then
    clang -std=c11 -Wall -Wextra -Werror -fsyntax-only -I Sources/CShim/include "${sources[@]}" || return 1
  fi
  # A kernel module is built, and held to -Werror, with its kernel's own flags.
  mapfile -t sources < <(files 'Tests/*.c' ':!Tests/VM/tpnic')
  local one
  for one in "${sources[@]}"; do
    clang -std=c11 -Wall -Wextra -Werror -fsyntax-only "$one" || return 1
  done
}

shell() {
  local scripts=()
  mapfile -t scripts < <(files | while IFS= read -r f; do
    if [[ $f == *.sh ]] || head -n 1 "$f" | grep -aqE '^#!.*[/ ](ba|da)?sh( |$)'; then printf '%s\n' "$f"; fi
  done)
  if [[ ${#scripts[@]} -gt 0 ]]; then shellcheck "${scripts[@]}"; fi
}

python() {
  local sources=()
  mapfile -t sources < <(files '*.py')
  if [[ ${#sources[@]} -eq 0 ]]; then return 0; fi
  local cache status=0
  cache="$(mktemp -d)"
  PYTHONPYCACHEPREFIX="$cache" python3 -m py_compile "${sources[@]}" || status=1
  rm -rf "$cache"
  return "$status"
}

lengths() {
  local long
  long="$(files 'Sources/*.swift' | while IFS= read -r f; do
    lines="$(wc -l < "$f")"
    if [[ $lines -gt 400 ]]; then echo "$f: $lines lines; the limit is 400"; fi
  done)"
  if [[ -n $long ]]; then
    echo "$long" >&2
    return 1
  fi
}

# Nothing of one machine, and no resolved dependencies (there are none), in what is kept.
tracked() {
  local status=0 found
  if git ls-files --error-unmatch Package.resolved > /dev/null 2>&1; then
    echo "Package.resolved is tracked" >&2
    status=1
  fi
  # The brackets keep these patterns from finding themselves.
  found="$(files | tr '\n' '\0' | xargs -0 -r grep -nIE '/wor[k]/|/tmp/t[p]-|/hom[e]/[a-z]|/opt/swif[t]/' || true)"
  if [[ -n $found ]]; then
    echo "paths of one machine:" >&2
    echo "$found" >&2
    status=1
  fi
  return "$status"
}

step "lengths" lengths
step "tracked files" tracked
step "shell" shell
step "python" python
step "C" c_shim
step "format" format
step "layers" packaging/scripts/layers.sh
step "layers bite" packaging/scripts/layers.sh self-test

exit "$failed"
