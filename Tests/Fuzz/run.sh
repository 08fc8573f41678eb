#!/bin/bash
# Tests/Fuzz/run.sh COUNT [NAME...]: feeds COUNT inputs to each fuzz target, or to those named.
# The inputs are the same on every run (-seed). An input that fails is kept in .build-fuzz/failed.
set -euo pipefail
cd "$(dirname "$0")/../.."

count=${1:?usage: Tests/Fuzz/run.sh COUNT [NAME...]}
shift
names=("$@")
[ ${#names[@]} -gt 0 ] || names=(Packet ControlMessage Address Arguments RecordedLine Configuration StreamLine)

scratch=.build-fuzz
# Swift's own crash handler reads memory in a way that the address sanitizer takes for an error.
export SWIFT_BACKTRACE=enable=no
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# seed TARGET NAME HEX...: a first input, from which libFuzzer makes others.
seed() {
  local target=$1 name=$2 hex
  shift 2
  hex=$(printf '%s' "$*" | tr -d ' \n' | sed 's/../\\x&/g')
  mkdir -p "$work/$target"
  printf '%b' "$hex" > "$work/$target/$name"
}

# word TARGET TEXT: the same from text.
word() {
  mkdir -p "$work/$1"
  printf '%s' "$2" > "$work/$1/$(printf '%s' "$2" | tr -c '0-9a-zA-Z' _)"
}

query="2300000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000 c31f5a8e77d20461"
reply="240106e900000000 0000000147505300 ea1b2c3d00000000 c31f5a8e77d20461 ea1b2c3e12345678 ea1b2c3e12349abc"
kiss="e40006e900000000 0000000052415445 0000000000000000 c31f5a8e77d20461 ea1b2c3e12345678 ea1b2c3e12345678"
zeros=000000000000000000000000000000000000000000000000
seed Packet query "$query"
seed Packet reply "$reply"
seed Packet kiss "$kiss"
seed Packet mac "$reply 00000001 ${zeros:8}"
seed Packet field "$reply f323001c $zeros"
seed Packet fields "$reply 01040024 $zeros 0102030405060708 02040010 ${zeros:24} 00000001 ${zeros:16}"
seed Packet version3 "1c${reply:2} 00000001 $zeros 0102030405060708"

stamp="4000000000000000 01000000 25000000 f366016b00000000 b51dd82400000000 ${zeros:16} ${zeros:16}"
seed ControlMessage received4 "$stamp 1c00000000000000 00000000 08000000 01000000 7f000001 7f000001 00000000"
seed ControlMessage received6 "$stamp 2400000000000000 29000000 32000000 ${zeros:16} 01000000 00000000"
seed ControlMessage sent4 "$stamp 3000000000000000 00000000 0b000000 2a000000 04000000 00000000 01000000 ${zeros:16}"
seed ControlMessage sent6 "$stamp 3c00000000000000 29000000 19000000 2a000000 04000000 00000000 01000000 $zeros ${zeros:32}"
seed ControlMessage refused "3000000000000000 00000000 0b000000 6f000000 02030300 ${zeros:16} 020000007f0000010000"
seed ControlMessage card "2000000000000000 01000000 3a000000 01000000 5a000000 ${zeros:32}"

for text in 192.0.2.1 127.0.0.1:123 ::1 '[2001:db8::1]:123' '[fe80::1]' ::ffff:192.0.2.1 1:2:3:4:5:6:7:8 \
  1:2:3:4:5:6:1.2.3.4 ffff:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 1:2:3:4:5:6:7:: 1::2::3; do
  word Address "$text"
done

# line WORD...: a command line, divided as in /proc/self/cmdline.
line() {
  mkdir -p "$work/Arguments"
  printf '%s\0' "$@" > "$work/Arguments/$(printf '%s' "$*" | tr -c '0-9a-zA-Z' _)"
}
line --burst 10.0.0.1 ntp.example.net:1123 -n 500 -i 8ms
line --burst --self -f json -c 1ms -w 500us -t 1s -d 2min -q
line --burst -H '[fe80::1%eth0]:123' -6 -I eth0 -S ::1 --rate-agreed -v -o -
line --serve 127.0.0.1:1123 --stratum 2 --refid GPS --shift -250us --drift 20ppm --base raw
line --plugin --limit=1.5ms -46 --json -p 65535 --help --version -- -x

recorded() {
  mkdir -p "$work/RecordedLine"
  printf '%s\n' "$@" > "$work/RecordedLine/$(printf '%s' "$*" | cksum | tr -c '0-9\n' _)"
}
times="4004216645.838933792 4004216645.838934305 4004216645.838943435 4004216645.838945372"
recorded "61365 8645.838 10.0.0.1 10.0.0.7 $times 0 4 4 1 6 -25 0.000000 0.000015 .GPS. 0 0 0x400"
recorded "61365 8645.838 10.0.0.1 - $times" "61365 8646.838 10.0.0.1 - ${times//645/646}"
recorded "2016-11-09 05:40:50 203.0.113.15    N  2 111 111 1111  10 10 1.0 -4.966e-03  2.296e-01  1.577e-05  1.615e-01 \
  7.446e-03 CB00717B 4B D K"
while IFS= read -r line; do recorded "$line"; done < Tests/ProbeTests/Record/records.golden.jsonl
mkdir -p "$work/StreamLine"
while IFS= read -r line; do
  printf '%s\n' "$line" > "$work/StreamLine/$(printf '%s' "$line" | cksum | tr -c '0-9\n' _)"
done < Tests/ProbeTests/Record/records.golden.jsonl

# configuration TEXT...: files, divided by zero bytes.
configuration() {
  mkdir -p "$work/Configuration"
  printf '%s\0' "$@" > "$work/Configuration/$(printf '%s' "$*" | cksum | tr -c '0-9\n' _)"
}
configuration "$(cat packaging/timeprobe.conf)"
configuration $'probe "vm 7"\nlabel site ${A:-ams1}\ncritical 500us\nreference ${A} name gps1 interval 250ms interface eth1' \
  $'reference fd00::2 name gps2 interval 1s source ::1 ipv6 port 124 timeout 2s\ninclude /2' $'watch 8ms \\\n# no more'
configuration $'stream jsonl tcp://vector:9000 records windows,events around 5s from a,b\nstream off\nreference a\nreference b'
configuration $'stream syslog unixgram:/dev/log records events facility local3\nstream influx udp://[fd00::2]:8089 name i every 10'
configuration $'stream prometheus file:/a.prom interval 1min\nstream rawstats file:/b.%Y%m%d\nstream csv file:/c rotate 1MB,1d keep 3'
configuration $'spool /x size 64MB age 7d\nuser a:b\nreal-time 50\nlock-memory yes\ncontrol off\nlog debug' $'include /d/*.conf\nwindow 1s,1min'
configuration $'drift-tolerance 1ppm\nrate-window 300s\nagainst utc\nlimit 1ms\nwarning 1us\n'"probe '\$x'" 'include /1'

for name in "${names[@]}"; do
  # A record of ours is longer than a packet.
  longest=512
  [[ $name != *Line ]] || longest=2048
  TIMEPROBE_FUZZ=1 swift build --configuration release --scratch-path "$scratch" --product "Fuzz$name" --quiet
  mkdir -p "$work/$name" "$scratch/failed"
  start=$SECONDS
  if ! "$scratch/release/Fuzz$name" -runs="$count" -seed=1 -max_len="$longest" -timeout=5 -rss_limit_mb=1024 \
    -artifact_prefix="$scratch/failed/" "$work/$name" > "$work/$name.log" 2>&1; then
    cat "$work/$name.log"
    echo "fuzz: $name failed" >&2
    exit 1
  fi
  runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$work/$name.log")
  [ "${runs:-0}" -ge "$count" ] || { echo "fuzz: $name stopped after ${runs:-0} inputs" >&2; exit 1; }
  echo "fuzz: $name survived $runs inputs in $((SECONDS - start)) s"
done
