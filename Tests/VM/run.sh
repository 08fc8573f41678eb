#!/usr/bin/env bash
# Builds what the guests boot and runs the tests; arguments go to unittest, such as -k pause.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
Tests/VM/build.sh
export PYTHONDONTWRITEBYTECODE=1
# A guest that hangs has deadlines of its own; this is for what nobody foresaw.
exec timeout --foreground -k 10 $((900 + 4 * ${TIMEPROBE_VM_QUIET_SECONDS:-20})) \
  python3 -m unittest discover -s Tests/VM -v "$@"
