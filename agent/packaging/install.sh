#!/bin/sh
# Installs, upgrades or removes the Tocsin agent of the hub that this script comes from:
#
#   curl -fsSL HUB/install.sh | sudo TOCSIN_TOKEN=... sh
#
# TOCSIN_TOKEN      lets this host enrol; not needed where it has a key already
# TOCSIN_NAME       what the host is called in the hub; its hostname when left out
# TOCSIN_UNINSTALL  set to 1, or the argument --uninstall: removes the agent with its key and all it kept
# TOCSIN_HUB        another address of the hub, as this host reaches it
set -eu

HUB=@HUB@
CONNECTED_WITHIN_S=30

say() { printf '%s\n' "$*"; }

fail() {
  printf 'tocsin: %s\n' "$1" >&2
  shift
  if [ $# -gt 0 ]; then printf '        %s\n' "$@" >&2; fi
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# How to run the agent where there is no package for it.
no_package() {
  fail "$1" 'With Node.js 20.19 or newer the agent runs without a package:' \
    "  curl -fsSL $HUB/agent.tgz | tar xz && TOCSIN_TOKEN=... node tocsin-agent --hub $HUB"
}

# Sets KIND to deb or rpm and PATTERN to how the name of the fitting package ends.
choose_package() {
  [ "$(uname -s)" = Linux ] || fail "The agent reports Linux hosts, and this is $(uname -s)."
  [ -d /run/systemd/system ] || no_package 'The package needs systemd, which does not run here.'
  # The package system knows better than the kernel, which may be of 64 bits under programs of 32.
  if has dpkg; then
    KIND=deb
    machine=$(dpkg --print-architecture)
  elif has rpm; then
    KIND=rpm
    machine=$(rpm --eval '%{_arch}')
  else
    no_package 'There are packages for dpkg and rpm, and this host has neither.'
  fi
  case $machine in
    amd64 | x86_64) PATTERN=$([ "$KIND" = deb ] && echo '_amd64\.deb' || echo '\.x86_64\.rpm') ;;
    arm64 | aarch64) PATTERN=$([ "$KIND" = deb ] && echo '_arm64\.deb' || echo '\.aarch64\.rpm') ;;
    *) no_package "There are packages for amd64 and arm64, and this host is $machine." ;;
  esac
}

# download URL FILE
download() {
  if has curl; then
    curl -fsSL --retry 2 -o "$2" "$1"
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    fail 'Neither curl nor wget is installed.'
  fi
}

# Leaves the checked package in FOLDER and its name in PACKAGE.
fetch_package() {
  download "$HUB/packages/SHA256SUMS" "$FOLDER/all" ||
    fail "$HUB has no packages." 'On the hub: npm run package'
  grep "  tocsin-agent[_-][^/]*$PATTERN\$" "$FOLDER/all" >"$FOLDER/SHA256SUMS" ||
    fail "$HUB has no .$KIND for $machine." 'On the hub: npm run package'
  sum=$(cut -d' ' -f1 "$FOLDER/SHA256SUMS")
  PACKAGE=$(cut -d' ' -f3 "$FOLDER/SHA256SUMS")
  say "Downloading $PACKAGE"
  download "$HUB/packages/$PACKAGE?sha256=$sum" "$FOLDER/$PACKAGE" ||
    fail "$HUB/packages/$PACKAGE could not be loaded."
  (cd "$FOLDER" && sha256sum -c SHA256SUMS >/dev/null 2>&1) ||
    fail "$PACKAGE is not what the hub says it should be (SHA-256); nothing was installed."
}

# The hub's version, whichever is installed; the configuration stays.
install_package() {
  say "Installing $PACKAGE"
  if [ "$KIND" = deb ]; then
    export DEBIAN_FRONTEND=noninteractive
    dpkg --force-confold -i "$FOLDER/$PACKAGE" </dev/null >"$FOLDER/log" 2>&1 && return
    # What it depends on may be missing.
    has apt-get && apt-get install -y -f -o Dpkg::Options::=--force-confold </dev/null >>"$FOLDER/log" 2>&1 &&
      dpkg-query -W -f '${Status}' tocsin-agent | grep -q ' ok installed' && return
  else
    rpm -U --oldpackage --replacepkgs "$FOLDER/$PACKAGE" </dev/null >"$FOLDER/log" 2>&1 && return
    for manager in dnf yum zypper; do
      has "$manager" && "$manager" install -y "$FOLDER/$PACKAGE" </dev/null >>"$FOLDER/log" 2>&1 && return
    done
  fi
  cat "$FOLDER/log" >&2
  fail "$PACKAGE could not be installed; see above."
}

enrol() {
  if [ -s /etc/tocsin/key ]; then
    say 'This host has a key already and keeps it.'
    return
  fi
  [ -n "${TOCSIN_TOKEN:-}" ] || fail 'The agent is installed, and this host needs a token to enrol.' \
    "Make one in the app ($HUB): Add a host. It shows this command with the token:" \
    "  curl -fsSL $HUB/install.sh | sudo TOCSIN_TOKEN=... sh"
  # In the environment: the arguments of a process can be read by every user of its host.
  TOCSIN_TOKEN=$TOCSIN_TOKEN TOCSIN_HUB=$HUB tocsin-agent enrol ${TOCSIN_NAME:+--name "$TOCSIN_NAME"} </dev/null ||
    fail 'The hub did not take this host; see above.'
}

start() {
  systemctl enable --quiet tocsin-agent.service
  systemctl start tocsin-agent.service
  tries=0
  until tocsin-agent status >"$FOLDER/status" 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -ge "$CONNECTED_WITHIN_S" ]; then
      cat "$FOLDER/status" >&2
      fail "The agent runs but has not reached $HUB within $CONNECTED_WITHIN_S s; it goes on trying." \
        'What it says: journalctl -u tocsin-agent'
    fi
    sleep 1
  done
  cat "$FOLDER/status"
  say 'The Tocsin agent is installed and connected.'
}

uninstall() {
  if has dpkg && dpkg-query -W tocsin-agent >/dev/null 2>&1; then
    dpkg --purge tocsin-agent </dev/null
  elif has rpm && rpm -q tocsin-agent >/dev/null 2>&1; then
    rpm -e tocsin-agent </dev/null
    # rpm keeps what was changed, and the user.
    rm -rf /var/lib/tocsin-agent
    rm -f /etc/tocsin/key /etc/tocsin/agent.yaml /etc/tocsin/agent.yaml.rpm*
    rmdir /etc/tocsin 2>/dev/null || true
    userdel tocsin-agent 2>/dev/null || true
    groupdel tocsin-agent 2>/dev/null || true
  else
    say 'The Tocsin agent is not installed here.'
    return
  fi
  say 'The Tocsin agent is removed, with its key and all it kept. The hub still shows the host: remove it there.'
}

# All in a function that is called last: a download that was cut off does nothing.
main() {
  HUB=${TOCSIN_HUB:-$HUB}
  HUB=${HUB%/}
  [ "$(id -u)" -eq 0 ] || fail 'This has to run as root:' "  curl -fsSL $HUB/install.sh | sudo TOCSIN_TOKEN=... sh"
  case "${1:-}${TOCSIN_UNINSTALL:-}" in
    '' | 0) ;;
    --uninstall* | 1 | yes | true)
      uninstall
      exit
      ;;
    *) fail "$1 is not known; there is --uninstall." ;;
  esac
  choose_package
  FOLDER=$(mktemp -d)
  trap 'rm -rf "$FOLDER"' EXIT
  trap 'exit 1' HUP INT TERM
  fetch_package
  install_package
  enrol
  start
}

main "$@"
