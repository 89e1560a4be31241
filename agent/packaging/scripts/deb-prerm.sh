# On an upgrade the old agent reports until the new one is in place.
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop tocsin-agent.service || true
fi
