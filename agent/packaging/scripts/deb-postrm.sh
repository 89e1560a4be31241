if [ "$1" = remove ]; then
  deb-systemd-helper mask tocsin-agent.service >/dev/null || true
  if [ -d /run/systemd/system ]; then systemctl --system daemon-reload >/dev/null || true; fi
fi
if [ "$1" = purge ]; then
  deb-systemd-helper purge tocsin-agent.service >/dev/null || true
  deb-systemd-helper unmask tocsin-agent.service >/dev/null || true
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
  fi
  rm -rf /var/lib/tocsin-agent /run/tocsin-agent
  rm -f /etc/tocsin/key
  rmdir --ignore-fail-on-non-empty /etc/tocsin 2>/dev/null || true
  if getent passwd tocsin-agent >/dev/null; then userdel tocsin-agent; fi
  if getent group tocsin-agent >/dev/null; then groupdel tocsin-agent; fi
fi
