#!/usr/bin/env bash
# Installs what the system must have before anything is built, and only what is missing.
#   scripts/setup.sh build   enough for backend, fleet and interface
#   scripts/setup.sh app     and for the desktop app
#   scripts/setup.sh check   and for what is judged without running it
#   scripts/setup.sh         and for all tests
# Debian 12 and Ubuntu 24.04 through apt; elsewhere it says what is missing and stops.
# Deliberately absent: Rust and Node themselves, which have installers of their own.
set -euo pipefail
. "$(dirname "$0")/say.sh"

want=${1:-all}
packages=(build-essential pkg-config perl python3 python3-venv curl ca-certificates openssl libssl-dev)
case $want in
  build) ;;
  app | check | all)
    packages+=(libwebkit2gtk-4.1-dev libxdo-dev librsvg2-dev libayatana-appindicator3-dev fonts-noto-core)
    ;;
  *) die "usage: scripts/setup.sh [build|app|check|all]" ;;
esac
[ "$want" = check ] && packages+=(shellcheck default-jre-headless)
[ "$want" = all ] && packages+=(webkit2gtk-driver xvfb xauth dbus dbus-x11 chromium chromium-driver age zstd postgresql)

# Rust and Node.
command -v cargo >/dev/null || die "Rust is missing: install it with rustup (https://rustup.rs), 1.95 or newer"
for it in node npm; do command -v "$it" >/dev/null || die "$it is missing: install Node.js 20.19 or newer"; done
need_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
have_rust=$(rustc --version | cut -d' ' -f2)
at_least "$need_rust" "$have_rust" || die "Rust $have_rust is too old: $need_rust or newer is needed (rustup update)"
have_node=$(node --version | tr -d v)
at_least 20.19 "$have_node" || die "Node.js $have_node is too old: 20.19 or newer is needed"

# Elsewhere: look for the programs and libraries themselves.
elsewhere() {
  local missing=() it
  for it in cc pkg-config perl python3 curl openssl; do command -v "$it" >/dev/null || missing+=("$it"); done
  if [ "$want" != build ]; then
    pkg-config --exists webkit2gtk-4.1 2>/dev/null || missing+=("webkit2gtk 4.1 (development files)")
    pkg-config --exists librsvg-2.0 2>/dev/null || missing+=("librsvg 2 (development files)")
  fi
  if [ "$want" = all ]; then
    for it in WebKitWebDriver Xvfb xauth xvfb-run dbus-run-session chromedriver age zstd; do
      command -v "$it" >/dev/null || missing+=("$it")
    done
    command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
      missing+=("PostgreSQL 15 or newer (initdb)")
  fi
  [ ${#missing[@]} -eq 0 ] && exit 0
  say "This is neither Debian nor Ubuntu, so nothing is installed for you. Missing:"
  printf '  %s\n' "${missing[@]}" >&2
  exit 1
}
command -v dpkg-query >/dev/null || elsewhere

# Ubuntu's chromium package only points at the snap: no apt package can bring what the tests need, but snap can.
distribution=$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')
if [ "$distribution" = ubuntu ]; then
  kept=()
  for package in "${packages[@]}"; do
    case $package in chromium | chromium-driver) ;; *) kept+=("$package") ;; esac
  done
  packages=("${kept[@]}")
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || die "as root, run: $*"
    sudo "$@"
  fi
}
if [ ${#missing[@]} -gt 0 ]; then
  say "Installing: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

if [ "$want" = all ] && ! command -v chromedriver >/dev/null && command -v snap >/dev/null; then
  say "Installing Chromium with its driver, which Ubuntu has as a snap"
  as_root snap install chromium
  as_root snap alias chromium.chromedriver chromedriver
  export PATH=$PATH:/snap/bin
fi
if [ "$want" = all ] && ! command -v chromedriver >/dev/null; then
  die "chromedriver is missing, and there is no snap to bring it (Ubuntu has Chromium as a snap only). Install Chrome
with the chromedriver of the same version from https://googlechromelabs.github.io/chrome-for-testing/."
fi
