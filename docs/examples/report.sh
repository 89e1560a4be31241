#!/bin/bash
# Reports this host to a Tocsin hub once, without an agent: bash, curl and GNU coreutils are enough.
#
#   TOCSIN_HUB=https://tocsin.example.com TOCSIN_KEY_FILE=/etc/tocsin/key ./report.sh [service…]
#
# TOCSIN_KEY holds the key of the host itself, instead of a file. Prints what the hub answers; ends with an
# error when nothing was stored.
set -euo pipefail
export LC_ALL=C

: "${TOCSIN_HUB:?is the address of the hub, such as https://tocsin.example.com}"
key=${TOCSIN_KEY:-$(cat "${TOCSIN_KEY_FILE:?is the file with the key of this host}")}

# Time that all cores spent, and were idle, since the start.
cpu_times() {
  awk '/^cpu / { for (i = 2; i <= 9; i++) all += $i; printf "%.0f %.0f\n", all, $5 + $6 }' /proc/stat
}

# Bytes that came in and went out since the start, over every interface but the loopback.
network_bytes() {
  awk 'NR > 2 { sub(":", " "); if ($1 != "lo") { got += $2; sent += $10 } }
    END { printf "%.0f %.0f\n", got, sent }' /proc/net/dev
}

# A text as JSON.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# Name and share of each file system that has one, as members of a JSON object.
disks() {
  local separator='' share mount
  while read -r share mount; do
    [[ $share == *% ]] || continue
    printf '%s%s:%s' "$separator" "$(quoted "$mount")" "${share%\%}"
    separator=,
  done < <(df -l -x tmpfs -x devtmpfs -x squashfs --output=pcent,target 2>/dev/null | tail -n +2)
}

# The same for the state of each service that was asked for.
services() {
  local separator='' name state
  for name in "$@"; do
    state=$(systemctl is-active "$name" || true)
    if [[ -z $state ]]; then
      echo "${0##*/}: the state of $name cannot be read" >&2
      continue
    fi
    printf '%s%s:%s' "$separator" "$(quoted "$name")" "$(quoted "$state")"
    separator=,
  done
}

read -r all idle < <(cpu_times)
read -r got sent < <(network_bytes)
sleep 1
read -r all_now idle_now < <(cpu_times)
read -r got_now sent_now < <(network_bytes)

cpu=$(awk -v all=$((all_now - all)) -v idle=$((idle_now - idle)) \
  'BEGIN { printf "%.1f", (all > idle ? 100 * (all - idle) / all : 0) }')
ram=$(awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { free = $2 }
  END { printf "%.1f", 100 * (all - free) / all }' /proc/meminfo)

# The time is part of it: sent again, the same report is stored once.
report=$(printf '{"cpu_usage":%s,"ram_usage":%s,"disk_usage":{%s},' "$cpu" "$ram" "$(disks)")
report+=$(printf '"network":{"in":%s,"out":%s},' \
  $((got_now > got ? got_now - got : 0)) $((sent_now > sent ? sent_now - sent : 0)))
report+=$(printf '"services":{%s},"timestamp":"%s"}' "$(services "$@")" "$(date -u +%FT%TZ)")

# The key goes in by a file descriptor: the arguments of a process can be read by every user of its host.
curl "$TOCSIN_HUB/data" --silent --show-error --fail-with-body --max-time 30 --retry 3 \
  --config <(printf 'header = "X-API-Key: %s"\n' "$key") \
  --header 'Content-Type: application/json' --data-binary "$report"
echo
