# The last thing of an upgrade, when the files of the old version are gone.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  restart_for_upgrade systemctl try-restart tocsin-agent.service
fi
