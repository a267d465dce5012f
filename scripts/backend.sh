#!/usr/bin/env bash
# Starts and stops the backend of ./var. It is known by its process id and its own command line, never by name.
#   scripts/backend.sh start    and waits until it can serve
#   scripts/backend.sh stop
set -euo pipefail
. "$(dirname "$0")/say.sh"

DATA=$PWD/var/backend
PID_FILE=$PWD/var/backend.pid
LOG=$PWD/var/backend.log
HOST=127.0.0.1
PORT=8787
PROGRAM=$TARGET/debug/baken-backend

# Whether the process in the pid file is this folder's backend: a number may have gone to another program.
ours() {
  pid=$(cat "$PID_FILE" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  case $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") in
    *baken-backend\ serve\ --data\ "$DATA"\ *) ;;
    *) return 1 ;;
  esac
}

stop() {
  if ! ours; then
    rm -f "$PID_FILE"
    return 1
  fi
  kill -TERM "$pid"
  for _ in $(seq 150); do
    if ! ours; then
      rm -f "$PID_FILE"
      return 0
    fi
    sleep 0.1
  done
  die "the backend (process $pid) did not stop within 15 seconds; see $LOG"
}

start() {
  if ours && [ "$PROGRAM" -nt "$PID_FILE" ]; then
    say "The backend was built anew: it is started again."
    stop
  fi
  if ! ours; then
    if (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null; then
      die "port $PORT on $HOST is in use by another program; free it (ss -ltnp 'sport = :$PORT' names it)"
    fi
    # A session of its own: closing the terminal or Ctrl-C does not end it.
    setsid nohup "$PROGRAM" serve --data "$DATA" --listen "$HOST:$PORT" >>"$LOG" 2>&1 </dev/null &
    pid=$!
    echo "$pid" >"$PID_FILE"
  fi
  for _ in $(seq 100); do
    curl --silent --fail --max-time 2 --output /dev/null "http://$HOST:$PORT/readyz" && return
    if ! kill -0 "$pid" 2>/dev/null; then
      rm -f "$PID_FILE"
      tail -n 5 "$LOG" >&2
      die "the backend ended at once; its last words are above, all of them in $LOG"
    fi
    sleep 0.1
  done
  die "the backend is not ready; see $LOG"
}

case ${1:-} in
  start) start ;;
  stop) if stop; then say "The backend is stopped."; else say "No backend of this folder runs."; fi ;;
  *) die "usage: scripts/backend.sh start|stop" ;;
esac
