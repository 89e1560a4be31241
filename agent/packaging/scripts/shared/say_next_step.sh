say_next_step() {
  [ -e /etc/tocsin/key ] && return
  echo 'tocsin-agent is installed. It reports as soon as it has a key (see "Add a host" in the app):'
  echo '  tocsin-agent enrol --hub https://HUB --token TOKEN && systemctl enable --now tocsin-agent'
}
