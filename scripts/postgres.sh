#!/usr/bin/env bash
# A PostgreSQL of the tests' own.
#   scripts/postgres.sh start FOLDER   makes a cluster in a new folder and prints where it is
#   scripts/postgres.sh stop FOLDER    ends it and removes the folder
#   scripts/postgres.sh suite          runs the backend's tests on one, but for those that sqlite_only.txt names
# Nobody else's server is touched: it listens on a socket in that folder alone. PostgreSQL does not run as root; as root
# it runs as Debian's user `postgres`.
set -euo pipefail
. "$(dirname "$0")/say.sh"

folder=${2:-}
tests=crates/backend/tests/device_side
as() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; else "$@"; fi; }

programs=
for at in /usr/lib/postgresql/*/bin; do
  version=${at#/usr/lib/postgresql/}
  if [ -x "$at/initdb" ] && at_least 15 "${version%/bin}"; then programs=$at; fi
done
if [ -z "$programs" ] && command -v initdb >/dev/null &&
  at_least 15 "$(initdb --version | grep -oE '[0-9]+' | head -n 1)"; then
  programs=$(dirname "$(command -v initdb)")
fi
[ -n "$programs" ] || die "there is no PostgreSQL 15 or newer here, and the tests need one: apt-get install postgresql"

start() {
  [ -n "$folder" ] || die "usage: scripts/postgres.sh start FOLDER"
  mkdir "$folder"
  [ "$(id -u)" -ne 0 ] || chown postgres: "$folder"
  local log=$folder.log
  as "$programs/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
    --no-sync >"$log" 2>&1 || { cat "$log" >&2 && die "no cluster could be made"; }
  # What is thrown away afterwards need not reach the disk.
  as "$programs/pg_ctl" --pgdata "$folder/data" --wait --silent --log "$folder/log" --options \
    "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c full_page_writes=off -c baken.thrown_away=yes" \
    start >"$log" 2>&1 || { cat "$log" "$folder/log" >&2 && die "the cluster does not start"; }
  rm "$log"
  as "$programs/psql" --quiet --no-psqlrc --set ON_ERROR_STOP=1 --host "$folder" --username postgres <<'SQL'
CREATE ROLE baken_program NOLOGIN;
CREATE ROLE baken LOGIN IN ROLE baken_program;
CREATE ROLE baken_owner LOGIN;
CREATE DATABASE baken OWNER baken_owner;
SQL
  echo "postgres://baken@/baken?host=$folder"
}

stop() {
  as "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop
  rm -rf "$folder"
}

suite() {
  local apart run=(cargo test --quiet --workspace --exclude baken --exclude baken-tests --exclude baken-phone --test device_side) skipped=()
  apart=$(mktemp --directory)
  chmod 755 "$apart"
  folder=$apart/postgres
  BAKEN_TEST_DATABASE=$(start)
  trap 'stop; rmdir "$(dirname "$folder")"' EXIT
  "${run[@]}" --no-run
  "$TARGET/debug/baken-backend" migrate --database "${BAKEN_TEST_DATABASE/baken@/baken_owner@}" >&2
  local all name reason
  all=$("${run[@]}" -- --list)
  while read -r name reason; do
    case $name in '' | '#'*) continue ;; esac
    # A name that fits no test any more might fit another one tomorrow.
    grep -q "^$name.*: test$" <<<"$all" || die "$tests/sqlite_only.txt: no test is called $name ($reason)"
    skipped+=(--skip "$name")
  done <"$tests/sqlite_only.txt"
  export BAKEN_TEST_DATABASE
  "${run[@]}" -- "${skipped[@]}"
  "${run[@]}" postgres:: -- --ignored
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  suite) suite ;;
  *) die "usage: scripts/postgres.sh start FOLDER | stop FOLDER | suite" ;;
esac
