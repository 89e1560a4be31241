# Makes the user that the agent runs as. The groups, where there are such, let it read the logs.
make_user() {
  getent group tocsin-agent >/dev/null || groupadd --system tocsin-agent
  getent passwd tocsin-agent >/dev/null && return
  useradd --system --gid tocsin-agent --comment 'Tocsin agent' \
    --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin tocsin-agent
  for group in adm systemd-journal; do
    if getent group "$group" >/dev/null; then usermod --append --groups "$group" tocsin-agent; fi
  done
}
