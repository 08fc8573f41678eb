#!/usr/bin/env bash
# Runs each fuzz target (an executable product named fuzz-*, there only with TIMEPROBE_FUZZ=1) for
# FUZZ_SECONDS (60). What it finds stays in .build-fuzz/findings/NAME; its corpus starts from
# Tests/Fuzz/corpus/NAME and grows in .build-fuzz/corpus/NAME. A finding fails the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds="${FUZZ_SECONDS:-60}"
scratch=.build-fuzz
export TIMEPROBE_FUZZ=1

mapfile -t targets < <(
  swift package --scratch-path "$scratch" dump-package | python3 -c '
import json, sys
for target in json.load(sys.stdin)["targets"]:
    if target["type"] == "executable" and target["name"].lower().startswith("fuzz"):
        print(target["name"])'
)
if [[ ${#targets[@]} -eq 0 ]]; then
  echo "fuzz: Package.swift has no fuzz target (an executable named fuzz...)" >&2
  exit 1
fi

for target in "${targets[@]}"; do
  swift build --scratch-path "$scratch" --product "$target"
  findings="$scratch/findings/$target" grown="$scratch/corpus/$target"
  mkdir -p "$findings" "$grown"
  seeds=()
  if [[ -d Tests/Fuzz/corpus/$target ]]; then seeds=("Tests/Fuzz/corpus/$target"); fi
  echo "fuzz: $target for $seconds s"
  "$scratch/debug/$target" -max_total_time="$seconds" -artifact_prefix="$findings/" \
    -print_final_stats=1 "$grown" "${seeds[@]}" 2>&1 | tail -n 12
done
