#!/usr/bin/env bash
# A PostgreSQL of the tests' own: `postgres.sh start FOLDER` makes a cluster in a new folder and says where it listens,
# `postgres.sh stop FOLDER` ends it and removes the folder. Nobody else's server is touched: it listens on a socket in
# that folder alone. PostgreSQL does not run as root; as root it runs as Debian's user `postgres`.
set -euo pipefail
. "$(dirname "$0")/say.sh"

folder=${2:?a folder}
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups -- "$@"; else "$@"; fi; }

programs=
for at in /usr/lib/postgresql/*/bin; do
    version=${at#/usr/lib/postgresql/}
    if [ -x "$at/initdb" ] && [ "${version%/bin}" -ge 15 ]; then programs=$at; fi
done
if [ -z "$programs" ]; then
    say "There is no PostgreSQL 15 or later here, and the tests need one: apt-get install postgresql" >&2
    exit 1
fi

case ${1:?start or stop} in
start)
    mkdir "$folder"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$folder"; fi
    as "$programs/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
        --no-sync > "$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
    # What is thrown away afterwards need not reach the disk.
    as "$programs/pg_ctl" --pgdata "$folder/data" --wait --silent --log "$folder/log" --options \
        "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start \
        > "$folder.log" 2>&1 || { cat "$folder.log" "$folder/log" >&2; exit 1; }
    rm "$folder.log"
    as "$programs/psql" --quiet --no-psqlrc --set ON_ERROR_STOP=1 --host "$folder" --username postgres <<'SQL'
CREATE ROLE baken_program NOLOGIN;
CREATE ROLE baken LOGIN IN ROLE baken_program;
CREATE ROLE baken_owner LOGIN;
CREATE DATABASE baken OWNER baken_owner;
SQL
    echo "postgres://baken@/baken?host=$folder"
    ;;
stop)
    as "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop
    rm -rf "$folder"
    ;;
*)
    say "postgres.sh start FOLDER, or stop FOLDER" >&2
    exit 1
    ;;
esac
