#!/usr/bin/env bash
# The layer rule of the design, proven by the compiler: each layer of Sources/Probe type-checks with
# nothing but the layers it may see. An upward call has no meaning there, so it fails.
#
#   layers.sh [ROOT]      checks ROOT (default: this repository)
#   layers.sh self-test   plants upward calls and imports in copies and sees each of them fail
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

pure=(Units Wire Exchange Estimate Verdict Record)
layers=("${pure[@]}" Kernel Stream Service CommandLine)

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# What each layer may see, itself included.
seen_by() {
  local layer
  case "$1" in
    Kernel) echo Units Wire Kernel ;;
    Stream) echo "${pure[@]}" Kernel Stream ;;
    Service) echo "${pure[@]}" Kernel Stream Service ;;
    CommandLine) echo "${layers[@]}" ;;
    *)
      for layer in "${pure[@]}"; do
        echo "$layer"
        if [[ $layer == "$1" ]]; then break; fi
      done
      ;;
  esac
}

# Prints the Swift files of layer $2 in the tree $1.
files_of() {
  if [[ -d $1/Sources/Probe/$2 ]]; then find "$1/Sources/Probe/$2" -name '*.swift' -print; fi
}

# CShim as a module, as the package manager sees it: every header of include/. ROOT LAYER
shim_flags() {
  local include="$1/Sources/CShim/include"
  if [[ ! -f $include/module.modulemap ]]; then
    printf 'module CShim { umbrella "%s"\n export * }\n' "$include" > "$scratch/$2.modulemap"
    echo "-Xcc -fmodule-map-file=$scratch/$2.modulemap"
  fi
  echo "-I $include"
}

typecheck() { # ROOT LAYER
  local layer files=() flags=(-typecheck -parse-as-library -swift-version 6 -module-name Probe)
  if [[ -z "$(files_of "$1" "$2")" ]]; then return 0; fi
  for layer in $(seen_by "$2"); do
    while IFS= read -r file; do files+=("$file"); done < <(files_of "$1" "$layer")
    if [[ $layer == Kernel ]]; then
      local extra
      read -r -d '' -a extra < <(shim_flags "$1" "$2") || true
      flags+=("${extra[@]}")
    fi
  done
  # -wmo: one compiler process instead of one a file. Warnings belong to the build.
  if ! swiftc "${flags[@]}" -wmo -suppress-warnings "${files[@]}" > "$scratch/$2.log" 2>&1; then
    echo "layers: $2 does not type-check with only: $(seen_by "$2" | tr '\n' ' ')" >&2
    grep -E '^[^ |].*error:' "$scratch/$2.log" | sed "s|^$1/||" | sort -u | head -n 20 >&2 \
      || head -n 40 "$scratch/$2.log" >&2
    return 1
  fi
}

import='^[[:space:]]*(@[A-Za-z_]+(\([^)]*\))?[[:space:]]+)*((public|package|internal|fileprivate|private|open)[[:space:]]+)?import[[:space:]]'

imports() { # ROOT
  local status=0 layer found
  for layer in "${layers[@]}"; do
    if [[ ! -d $1/Sources/Probe/$layer ]]; then continue; fi
    found="$(grep -rnE --include='*.swift' "$import" "$1/Sources/Probe/$layer" || true)"
    case "$layer" in
      Kernel) found="$(grep -vE 'import[[:space:]]+CShim[[:space:]]*$|import[[:space:]]+Synchronization[[:space:]]*$' <<< "$found" || true)" ;;
      Stream | Service | CommandLine)
        found="$(grep -vE 'import[[:space:]]+Synchronization[[:space:]]*$' <<< "$found" || true)" ;;
    esac
    if [[ -n $found ]]; then
      echo "layers: $layer may not import this:" >&2
      echo "${found//$1\//}" >&2
      status=1
    fi
  done
  return "$status"
}

unknown_folders() { # ROOT
  local path name status=0
  for path in "$1"/Sources/Probe/*; do
    name="$(basename "$path")"
    if [[ -d $path && " ${layers[*]} " != *" $name "* ]]; then
      echo "layers: Sources/Probe/$name is no layer" >&2
      status=1
    elif [[ $path == *.swift ]]; then
      echo "layers: Sources/Probe/$name lies in no layer" >&2
      status=1
    fi
  done
  return "$status"
}

check() { # ROOT
  local layer status=0 running=()
  unknown_folders "$1" || status=1
  imports "$1" || status=1
  # Two at a time: that halves the wait and leaves the machine usable.
  for layer in "${layers[@]}"; do
    # The whole of Sources/Probe is the build's own work.
    if [[ $layer == CommandLine ]]; then continue; fi
    typecheck "$1" "$layer" &
    running+=($!)
    if [[ ${#running[@]} -eq 2 ]]; then
      wait "${running[0]}" || status=1
      running=("${running[1]}")
    fi
  done
  local pid
  for pid in "${running[@]}"; do wait "$pid" || status=1; done
  return "$status"
}

# A tree with one harmless declaration in each layer, each layer using the one below it.
small_tree() { # ROOT
  local layer
  rm -rf "$1"
  mkdir -p "$1/Sources/CShim/include"
  echo 'int planted_call(void);' > "$1/Sources/CShim/include/planted.h"
  for layer in "${layers[@]}"; do
    mkdir -p "$1/Sources/Probe/$layer"
    echo "enum Planted$layer { static func call() {} }" > "$1/Sources/Probe/$layer/Planted$layer.swift"
  done
  printf 'import CShim\nenum PlantedShim { static func call() { _ = planted_call(); PlantedWire.call() } }\n' \
    > "$1/Sources/Probe/Kernel/Shim.swift"
  echo 'enum PlantedDown { static func call() { PlantedShim.call(); PlantedRecord.call() } }' \
    > "$1/Sources/Probe/Stream/Down.swift"
}


self_test() {
  local tree="$scratch/tree" pair from to status=0
  small_tree "$tree"
  if ! check "$tree"; then
    echo "layers: self-test: a correct tree was refused" >&2
    return 1
  fi

  # One layer at a time is enough: whatever is seen too much shows at the nearest forbidden one.
  for pair in Units:Wire Wire:Exchange Exchange:Estimate Estimate:Verdict Verdict:Record \
    Record:Kernel Kernel:Exchange Stream:Service Service:CommandLine; do
    from="${pair%:*}" to="${pair#*:}"
    local planted="$tree/Sources/Probe/$from/Upward.swift"
    echo "enum Upward { static func call() { Planted$to.call() } }" > "$planted"
    if typecheck "$tree" "$from" > "$scratch/self.log" 2>&1; then
      echo "layers: self-test: not noticed: $from calls $to" >&2
      status=1
    elif ! grep -q "Planted$to" "$scratch/self.log"; then
      echo "layers: self-test: $from failed, but not for calling $to:" >&2
      cat "$scratch/self.log" >&2
      status=1
    fi
    rm "$planted"
  done

  local line
  for line in 'Units:import Foundation' 'Wire:@preconcurrency import Glibc' 'Record:public import CShim' \
    'Record:import struct Foundation.Date' 'Stream:import CShim' 'Service:internal import CShim' \
    'CommandLine:import CShim' 'Kernel:import Glibc'; do
    local planted="$tree/Sources/Probe/${line%%:*}/Import.swift"
    echo "${line#*:}" > "$planted"
    if imports "$tree" > "$scratch/self.log" 2>&1; then
      echo "layers: self-test: not noticed: $line" >&2
      status=1
    fi
    rm "$planted"
  done

  # The same in a copy of the real tree.
  rm -rf "$tree"
  mkdir -p "$tree"
  cp -R "$here/Sources" "$tree/Sources"
  mkdir -p "$tree/Sources/Probe/Units" "$tree/Sources/Probe/Record"
  echo 'enum PlantedRecord { static func call() {} }' > "$tree/Sources/Probe/Record/PlantedRecord.swift"
  echo 'enum PlantedUpward { static func call() { PlantedRecord.call() } }' \
    > "$tree/Sources/Probe/Units/PlantedUpward.swift"
  if typecheck "$tree" Units > "$scratch/self.log" 2>&1; then
    echo "layers: self-test: not noticed in the real tree: Units calls Record" >&2
    status=1
  fi
  mkdir -p "$tree/Sources/Probe/Oddity"
  if unknown_folders "$tree" > "$scratch/self.log" 2>&1; then
    echo "layers: self-test: not noticed: a folder that is no layer" >&2
    status=1
  fi
  return "$status"
}

case "${1:-}" in
  self-test) self_test ;;
  *) check "$(cd "${1:-$here}" && pwd)" ;;
esac
