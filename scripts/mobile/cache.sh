# shellcheck shell=bash
# Where everything of these checks is kept, and how it comes there from Debian, npm and PyPI. Sourced by scripts/mobile.sh
# after say.sh. Nothing is installed: packages are unpacked below the cache, so the system, rustup and other Pythons stay
# as they are. What cannot be had is named at the end (`leave_out`), never passed over in silence.
MOBILE=${XDG_CACHE_HOME:-$HOME/.cache}/baken/mobile
DEBIAN=$MOBILE/debian
mkdir -p "$MOBILE"

# leave_out WHAT WHY: remembers it beyond subshells.
leave_out() { say "NOT checked: $1 ($2)." && printf '%s: %s\n' "$1" "$2" >>"$MOBILE/left-out"; }

# alone NAME: waits until no other run has this part of the cache, and keeps it to the end of this one.
alone() {
  exec 9>"$MOBILE/$1.lock"
  flock --nonblock 9 || { say "Another run has this part of the cache; waiting for it." && flock 9; }
}

# once STAMP COMMAND...: runs it unless it ran to its end before under this very stamp.
once() {
  local stamp=$MOBILE/stamps/$1
  shift
  [ -e "$stamp" ] && return
  "$@" && mkdir -p "${stamp%/*}" && touch "$stamp"
}

# debian NAME PACKAGE...: unpacked in $DEBIAN/NAME, with what they need and the system has not. Fetched anew when apt knows
# newer ones. False where there are none such.
debian() {
  local name=$1 versions
  shift
  command -v apt-cache >/dev/null && command -v dpkg-deb >/dev/null || return 1
  versions=$(apt_versions "$@") || { apt_refresh && versions=$(apt_versions "$@"); } || return 1
  once "debian-$name-$(sha256sum <<<"$versions" | cut -c1-16)" unpack "$DEBIAN/$name" "$@"
}

# The version that each would come in; false if there is one without.
apt_versions() {
  local versions
  versions=$(apt-cache policy "$@" | grep -e '^[a-z0-9]' -e '^ *Candidate: ' | paste - -)
  [ "$(grep -vc -e '(none)$' <<<"$versions")" -eq $# ] && echo "$versions"
}

apt_refresh() { [ "$(id -u)" -eq 0 ] && apt-get update -qq; }

unpack() {
  local folder=$1 archives=$1.archives package
  shift
  say "Fetching from Debian: $*"
  rm -rf "$folder" "$archives" && mkdir -p "$folder" "$archives" || return 1
  # What they need of the system it may have already. Names that several packages provide cannot be downloaded.
  { printf '%s\n' "$@" && needed "$@"; } | sort -u | while read -r package; do
    (cd "$archives" && apt-get download -qq "$package" >/dev/null 2>&1) || true
  done
  for package in "$@"; do compgen -G "$archives/${package}_*.deb" >/dev/null || return 1; done
  for package in "$archives"/*.deb; do dpkg-deb -x "$package" "$folder" || return 1; done
  rm -rf "$archives"
}

# What packages need, without what is installed; the parts of the compiler in any case, which look for each other where they are.
needed() {
  local package
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    grep '^[a-z0-9]' | grep -v -e '-jre' -e '-jdk' -e ':' | sort -u |
    while read -r package; do
      case $package in *rust-web*) ;; *) ! is_installed "$package" || continue ;; esac
      echo "$package"
    done
}

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

# npm_package NAME VERSION: unpacked in $MOBILE/npm/NAME-VERSION; nothing of it is run.
npm_package() {
  local folder=$MOBILE/npm/$1-$2
  once "npm-$1-$2" fetch_npm "$1@$2" "$folder"
}

fetch_npm() {
  local archive
  say "Fetching from npm: $1"
  rm -rf "$2" && mkdir -p "$2" || return 1
  archive=$(cd "$2" && npm pack --silent "$1") && tar -xzf "$2/$archive" -C "$2" --strip-components 1 && rm "$2/$archive"
}

# pypi NAME REQUIREMENT...: what the wheels hold, in $MOBILE/pypi/NAME/WHEEL each.
pypi() {
  local name=$1
  shift
  once "pypi-$name-$(sha256sum <<<"$*" | cut -c1-16)" fetch_pypi "$MOBILE/pypi/$name" "$@"
}

fetch_pypi() {
  local folder=$1 wheel
  shift
  say "Fetching from PyPI: $*"
  rm -rf "$folder" && mkdir -p "$folder" || return 1
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$folder" "$@" || return 1
  for wheel in "$folder"/*.whl; do
    python3 -m zipfile -e "$wheel" "${wheel%%-[0-9]*}" && rm "$wheel" || return 1
  done
}
