#!/usr/bin/env bash
# `make faults`: what `make test` leaves out since it wants mounts or takes long. Power that fails at any write, a program that
# is killed at any moment, disks that are really full, read-only, or of a file system that keeps no permissions. What is mounted is mounted for this script alone (a private mount namespace)
# and is gone when it ends.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/usr/sbin:/sbin
story() { cargo test --quiet -p baken-tests --test story "$@"; }

if [ "${1:-}" != mounted ]; then
  for it in unshare mount losetup mkfs.exfat mount.exfat-fuse strace; do
    command -v "$it" >/dev/null || die "$it is missing: apt-get install util-linux mount exfatprogs exfat-fuse strace"
  done
  step "What is run"
  story --no-run
  # A user may mount a tmpfs in a namespace where it is root; a loop device wants the real one.
  if [ "$(id -u)" = 0 ]; then how=-m; else how=-rm; fi
  unshare "$how" true || die "no mounts here (a container, or kernel.unprivileged_userns_clone=0): run it as root on a machine"
  REAL_USER=$(id -u) exec unshare "$how" "$0" mounted
fi

folder=$(mktemp -d)
# All that may change a file; the test fails at one that it cannot put together again.
writes=openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fsync,fdatasync,sync_file_range,unlink
writes=$writes,unlinkat,rename,renameat,renameat2,fallocate,copy_file_range,sendfile,lseek,close,link,linkat,symlink,symlinkat
devices=()
end() {
  for mounted in "$folder"/*/; do umount "$mounted" 2>/dev/null || true; done
  for device in "${devices[@]}"; do losetup -d "$device"; done
  rm -rf "$folder"
}
trap end EXIT

step "Power that fails"
export BAKEN_POWER_LOSS=$folder/power
mkdir "$BAKEN_POWER_LOSS"
# Cargo would be written down too.
tests=$(cargo test --quiet -p baken-tests --test story --no-run --message-format json |
  sed -n 's/.*"executable":"\([^"]*\/story-[^"]*\)".*/\1/p' | tail -1)
strace -f -y -xx -s 100000000 -e "trace=$writes" -o "$BAKEN_POWER_LOSS/trace" \
  "$tests" --quiet --ignored --exact power_loss::day::the_day_is_played
story power_loss::states:: -- --ignored
say "$(cat "$BAKEN_POWER_LOSS/tried")"

step "A program that is killed"
story power_loss::kills:: -- --ignored

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
