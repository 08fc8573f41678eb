# bash completion of timeprobe
# shellcheck shell=bash

_timeprobe() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" words=''
  COMPREPLY=()
  case "$previous" in
    -f | --format) words='text json jsonl csv rawstats plugin' ;;
    --base) words='realtime raw' ;;
    --set)
      words='probe label critical limit warning against reference watch drift-tolerance rate-window window spool
        stream user real-time lock-memory control log include'
      ;;
    -I | --interface) words="$(command ls /sys/class/net 2> /dev/null)" ;;
    --config | -o | --output)
      compopt -o filenames 2> /dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    -c | --critical | --limit | -w | --warning | -n | --count | -i | --interval | -d | --duration | -t | --timeout)
      return ;;
    -S | --source | -p | --port | --mark | --stratum | --refid | --shift | --drift) return ;;
    -H) words="$(compgen -A hostname -- "$current")" ;;
    *)
      if [[ $current == -* ]]; then
        words='--burst --clocks --serve --replay --check-config --status --mark --config --set --critical --limit
          --warning --count --interval --duration --timeout --self --rate-agreed --switch --format --json --plugin
          --output --source --interface --port --stratum --refid --shift --drift --base --quiet --verbose --help
          --version'
      elif [[ " ${COMP_WORDS[*]} " == *" --replay "* ]]; then
        compopt -o filenames 2> /dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
      else
        words="$(compgen -A hostname -- "$current")"
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _timeprobe timeprobe
