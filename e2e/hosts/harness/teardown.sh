#!/bin/sh
# Takes down every host, cable, bridge and mount of this or of an earlier, crashed run.
# Usage: teardown.sh RUN_DIRECTORY
run=$1

for namespace in $(ip netns list | awk '/^tocsin-host-/ { print $1 }'); do
  # Only what runs inside such a host is in its namespace; its container manager ends with it.
  while pids=$(ip netns pids "$namespace") && [ -n "$pids" ]; do
    kill -KILL $pids 2>/dev/null
    sleep 0.05
  done
  ip netns delete "$namespace"
done

# A Docker of its own: all of it ends with the first process of its sandbox.
sandbox=$(cat "$run/docker/sandbox.pid" 2>/dev/null)
if [ -n "$sandbox" ] && grep -q '^unshare' "/proc/$sandbox/cmdline" 2>/dev/null; then
  kill -KILL "$sandbox"
  while [ -e "/proc/$sandbox" ]; do sleep 0.05; done
fi
for groups in /sys/fs/cgroup/tocsin-hosts /sys/fs/cgroup/*/tocsin-hosts; do
  [ -d "$groups" ] && find "$groups" -depth -type d -exec rmdir {} +
done

ip link show tocsin-hosts >/dev/null 2>&1 && ip link delete tocsin-hosts

awk -v run="$run" 'index($2, run) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do
  umount --lazy "$mount"
done
