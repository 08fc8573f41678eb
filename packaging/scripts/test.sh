#!/usr/bin/env bash
# swift test, with the static binary for the tests that run it.
# As root under CI=true every test can run, so a skipped one is a failure.
# Arguments go to swift test, such as --filter NAME.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export TIMEPROBE_BINARY="$PWD/dist/timeprobe"
mkdir -p .build
log=.build/test.log

# shellcheck disable=SC2310 # the status is what is wanted
if ! swift test "$@" 2>&1 | tee "$log"; then
  echo "tests failed; the whole output is in $log" >&2
  exit 1
fi

# Swift Testing, then XCTest.
skipped='^(➜ .*( skipped| was cancelled after )|Test Case .* skipped \()'
if [[ ${CI:-} == true && $EUID -eq 0 ]] && grep -aE "$skipped" "$log" > .build/skipped.log; then
  echo "under CI=true as root no test may be skipped; these were:" >&2
  cat .build/skipped.log >&2
  exit 1
fi
