if [ "$1" = configure ]; then
  make_user
  deb-systemd-helper unmask tocsin-agent.service >/dev/null || true
  # What an administrator disabled stays disabled.
  if deb-systemd-helper --quiet was-enabled tocsin-agent.service; then
    deb-systemd-helper enable tocsin-agent.service >/dev/null || true
  else
    deb-systemd-helper update-state tocsin-agent.service >/dev/null || true
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if systemctl --quiet is-active tocsin-agent.service; then
      restart_for_upgrade deb-systemd-invoke restart tocsin-agent.service
    else
      deb-systemd-invoke start tocsin-agent.service || true
    fi
  fi
  say_next_step
fi
