#!/usr/bin/env bash
# Installs, or asks for, what the targets of the Makefile need.
#
#   deps.sh install            everything that is missing
#   deps.sh require GROUP...   build, package, test, system, lint or bench: silent when all is there;
#                              under CI=true installs it, otherwise names one missing thing and fails
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

swift_needed="6.3"

# Debian packages, by what needs them.
build=(make gcc libc6-dev libcap-dev pkg-config file)
test=(git iproute2 util-linux procps gnuplot-nox jq libxml2-utils python3 python3-jsonschema
  python3-numpy python3-venv ca-certificates)
# The VM lab and the packages; Debian on x86-64 only. What they boot is fetched by Tests/VM/build.sh and Tests/Package/run.sh.
system=(make gcc libc6-dev binutils qemu-system-x86 qemu-utils linux-headers-amd64 kmod cpio ethtool iproute2
  util-linux python3 python3-jsonschema dpkg libedit2
  # The packages: others' opinions of them, and where they are installed.
  lintian mandoc man-db debootstrap debian-archive-keyring crun systemd fish zsh)
package=(git dpkg xz-utils gzip tar python3)
lint=(git shellcheck python3)
bench=(gcc libc6-dev iproute2 util-linux procps python3 dpkg)

# From PyPI, for the tests that give our output to other people's readers.
venv=.build-venv
pypi=(allantools==2024.6 ntpstats==3.8.0)

packages_of() {
  local group
  for group in "$@"; do
    case "$group" in
      build) printf '%s\n' "${build[@]}" ;;
      package) printf '%s\n' "${package[@]}" ;;
      test) printf '%s\n' "${build[@]}" "${test[@]}" ;;
      system) printf '%s\n' "${system[@]}" ;;
      lint) printf '%s\n' "${build[@]}" "${lint[@]}" ;;
      bench) printf '%s\n' "${bench[@]}" ;;
      *) echo "deps.sh: no such group: $group" >&2; exit 64 ;;
    esac
  done | sort -u
}

# Prints the packages that are not installed. Elsewhere than on Debian nothing can be told.
missing_packages() {
  command -v dpkg-query > /dev/null || return 0
  local wanted
  mapfile -t wanted < <(packages_of "$@")
  comm -23 <(printf '%s\n' "${wanted[@]}") \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2> /dev/null \
      | sed -n 's/^installed //p' | sort -u)
}

missing_pypi() {
  local wanted name
  for wanted in "${pypi[@]}"; do
    name="${wanted%%==*}"
    compgen -G "$venv/lib/python3*/site-packages/$name/__init__.py" > /dev/null || echo "$wanted"
  done
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    echo "deps: neither root nor sudo; as root: $*" >&2
    exit 77
  fi
}

install_packages() {
  if ! command -v apt-get > /dev/null; then
    echo "deps: there is no apt-get here; install by hand: $*" >&2
    exit 69
  fi
  echo "deps: apt-get install $*" >&2
  local env=(env DEBIAN_FRONTEND=noninteractive) quiet=(-qq -o=Dpkg::Use-Pty=0) log
  log="$(mktemp)"
  # apt-get talks a lot on a good day; what it said is wanted only on a bad one.
  if ! { as_root "${env[@]}" apt-get "${quiet[@]}" update \
    && as_root "${env[@]}" apt-get "${quiet[@]}" install -y --no-install-recommends "$@"; } \
    > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

install_pypi() {
  echo "deps: pip install $* (into $venv)" >&2
  [[ -x $venv/bin/pip ]] || /usr/bin/python3 -m venv --system-site-packages "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
}

# Whether the version $1 (such as 6.3.1) is at least $2.
at_least() { [[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" == "$2" ]]; }

require_swift() {
  local version=none
  if command -v swift > /dev/null; then
    version="$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)"
    if [[ -n $version ]] && at_least "$version" "$swift_needed"; then return 0; fi
  fi
  echo "Swift $swift_needed is needed (found: ${version:-unknown}): https://www.swift.org/install" >&2
  exit 69
}

install_groups() {
  local packages
  mapfile -t packages < <(missing_packages "$@")
  if [[ ${#packages[@]} -gt 0 ]]; then install_packages "${packages[@]}"; fi
  if [[ " $* " == *" test "* ]]; then
    mapfile -t packages < <(missing_pypi)
    if [[ ${#packages[@]} -gt 0 ]]; then install_pypi "${packages[@]}"; fi
    fetch_servers
  fi
}

# The servers that the lab measures against are unpacked beside the build, never installed.
fetch_servers() {
  if [[ -x Tests/Lab/fetch-servers.sh ]]; then Tests/Lab/fetch-servers.sh; fi
}

require_groups() {
  local packages
  mapfile -t packages < <(
    missing_packages "$@"
    if [[ " $* " == *" test "* ]]; then missing_pypi; fi
  )
  if [[ ${#packages[@]} -eq 0 ]]; then return 0; fi
  local others=""
  if [[ ${#packages[@]} -gt 1 ]]; then others=" (and $((${#packages[@]} - 1)) more)"; fi
  echo "${packages[0]%%==*} is missing$others: run 'make deps'" >&2
  exit 69
}

what="${1:-}"
shift || true
case "$what" in
  install)
    groups=(build package test lint bench)
    if [[ $(dpkg --print-architecture 2> /dev/null) == amd64 ]]; then groups+=(system); fi
    install_groups "${groups[@]}"
    require_swift
    ;;
  require)
    case " $* " in *" build "* | *" test "* | *" lint "*) require_swift ;; esac
    if [[ ${CI:-} == true ]]; then install_groups "$@"; else require_groups "$@"; fi
    ;;
  *)
    echo "usage: deps.sh install | require GROUP..." >&2
    exit 64
    ;;
esac
