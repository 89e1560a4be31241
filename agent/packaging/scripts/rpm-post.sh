if [ "$1" -eq 1 ]; then
  # What an earlier removal kept: rpm would leave it aside, and the agent would not know its hub.
  if [ -e /etc/tocsin/key ] && [ -e /etc/tocsin/agent.yaml.rpmsave ]; then
    mv -f /etc/tocsin/agent.yaml.rpmsave /etc/tocsin/agent.yaml
  fi
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
  systemctl preset tocsin-agent.service >/dev/null 2>&1 || true
  say_next_step
fi
