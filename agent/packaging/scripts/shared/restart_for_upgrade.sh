# Restarts the agent by the given command; the agent sees the file and tells the hub that this is an upgrade.
restart_for_upgrade() {
  touch /run/tocsin-agent-upgrade
  "$@" || true
  rm -f /run/tocsin-agent-upgrade
}
