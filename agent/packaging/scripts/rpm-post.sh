if [ "$1" -eq 1 ]; then
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
  systemctl preset tocsin-agent.service >/dev/null 2>&1 || true
  say_next_step
fi
