#!/bin/sh
# Runs rpmlint over .rpm files: lint-rpm.sh FILE...
# The names in their archives are absolute, and the cpio that rpmlint calls would write into this machine's
# own folders. One in front of it unpacks below the current folder.
set -eu

front=$(mktemp -d)
trap 'rm -rf "$front"' EXIT
cat >"$front/cpio" <<END
#!/bin/sh
exec $(command -v cpio) --no-absolute-filenames "\$@"
END
chmod +x "$front/cpio"
PATH=$front:$PATH rpmlint --config "$(dirname "$0")/rpmlint.toml" "$@"
