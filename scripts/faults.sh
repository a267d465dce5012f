#!/usr/bin/env bash
# `make faults`: what `make test` leaves out since it wants mounts or takes long. Disks that are really full, read-only, or
# of a file system that keeps no permissions. What is mounted is mounted for this script alone (a private mount namespace)
# and is gone when it ends.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/usr/sbin:/sbin
story() { cargo test --quiet -p baken-tests --test story "$@"; }

if [ "${1:-}" != mounted ]; then
  for it in unshare mount losetup mkfs.exfat mount.exfat-fuse; do
    command -v "$it" >/dev/null || die "$it is missing: apt-get install util-linux mount exfatprogs exfat-fuse"
  done
  step "What is run"
  story --no-run
  # A user may mount a tmpfs in a namespace where it is root; a loop device wants the real one.
  if [ "$(id -u)" = 0 ]; then how=-m; else how=-rm; fi
  unshare "$how" true || die "no mounts here (a container, or kernel.unprivileged_userns_clone=0): run it as root on a machine"
  REAL_USER=$(id -u) exec unshare "$how" "$0" mounted
fi

folder=$(mktemp -d)
devices=()
end() {
  for mounted in "$folder"/*/; do umount "$mounted" 2>/dev/null || true; done
  for device in "${devices[@]}"; do losetup -d "$device"; done
  rm -rf "$folder"
}
trap end EXIT

step "A disk of 4 MiB: full, and read-only"
mkdir "$folder/small"
mount -t tmpfs -o size=4m tmpfs "$folder/small" || die "no tmpfs can be mounted here: run it as root on a machine"
BAKEN_SMALL_DISK=$folder/small story small_disk:: -- --ignored --test-threads=1

step "exFAT"
[ "$REAL_USER" = 0 ] || die "a loop device wants root; the rest was run. As root: make faults"
# exfat UMASK FOLDER: by the kernel, or where it has none in user space.
exfat() {
  mkdir "$2"
  truncate -s 64M "$2.image"
  mkfs.exfat "$2.image" >/dev/null
  local device said
  device=$(losetup -f --show "$2.image") || die "no loop device is to be had here: run it on a machine"
  devices+=("$device")
  said=$(mount -i -t exfat -o "umask=$1" "$device" "$2" 2>&1) && return
  say "The kernel mounts no exFAT (${said%%$'\n'*}); in user space:"
  mount.exfat-fuse -o "umask=$1" "$device" "$2" || die "neither the kernel nor FUSE mounts an exFAT here: run it on a machine"
}
exfat 022 "$folder/open"
exfat 077 "$folder/own"
BAKEN_OPEN_DISK=$folder/open BAKEN_OWN_DISK=$folder/own story foreign_disk:: -- --ignored --test-threads=1
say "Every fault was tried."
