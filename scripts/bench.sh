#!/usr/bin/env bash
# `make bench`: figures of the release build on this machine, against a fresh backend in a temporary folder.
# Nothing is judged here; the figures are printed beside what the machine itself can do.
set -euo pipefail
. "$(dirname "$0")/say.sh"

OBSERVATIONS=${OBSERVATIONS:-10000}
DEVICES=${DEVICES:-4}
BACKEND=$TARGET/release/baken-backend
FLEET=$TARGET/release/baken-fleet

export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/snap/bin
scripts/setup.sh
scripts/tools.sh test
scripts/ui.sh
cargo build --release -p baken-backend -p baken-fleet
# The app's window is timed too.
cargo build --release -p baken --features custom-protocol
cargo build --release -p baken-tests --example time-app-start --example time-phone
# By itself: what it adds to Tauri must not get into the app.
cargo build --release -p baken-phone

folder=$(mktemp -d)
pid=
end() {
  if [ -n "$pid" ]; then
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
  fi
  rm -rf "$folder"
}
trap end EXIT

port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
address=http://127.0.0.1:$port

invitation() {
  "$BACKEND" invite --data "$folder/data" --label "Bench $1" --organisation gemeente-handhaving --valid-minutes 600 \
    --json | node -e 'console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8")).uri)'
}

# CPU seconds of the backend so far: utime and stime, after the name in parentheses (proc_pid_stat(5)).
cpu_seconds() {
  local stat
  stat=$(<"/proc/$pid/stat")
  awk -v hertz="$(getconf CLK_TCK)" '{ printf "%.2f\n", ($12 + $13) / hertz }' <<<"${stat##*) }"
}

# Bytes over the loopback interface so far: requests, answers, and the headers of HTTP, TCP and IP around them.
loopback_bytes() { awk '$1 == "lo:" { print $2 }' /proc/net/dev; }

requests() { grep -c request_log "$folder/log" || true; }

seconds_of() {
  local before=$EPOCHREALTIME
  "$@"
  awk -v a="$before" -v b="$EPOCHREALTIME" 'BEGIN { printf "  took %.2f s\n", b - a }'
}

export RUST_LOG=${RUST_LOG:-warn} LC_ALL=C
"$BACKEND" init --data "$folder/data" --tenant GM0453 --municipality Velsen --address "$address" \
  --member coordinator --secrets-out "$folder/secrets" >/dev/null
# Its log has one line a request, which is how they are counted.
RUST_LOG=warn,baken_backend::request_log=info \
  "$BACKEND" serve --data "$folder/data" --listen "127.0.0.1:$port" >"$folder/log" 2>&1 &
pid=$!
ready=
for _ in $(seq 100); do
  if curl --silent --fail --max-time 2 --output /dev/null "$address/readyz"; then
    ready=yes
    break
  fi
  sleep 0.1
done
[ -n "$ready" ] || { cat "$folder/log" >&2; die "the backend is not ready"; }

step "Machine"
uname -srm
grep -m 1 'model name' /proc/cpuinfo || true
echo "$(nproc) processors"

step "Finalising one by one, beside raw commits"
"$FLEET" bench-finalise --invitation "$(invitation finalise)"

step "$OBSERVATIONS observations from $DEVICES devices"
for number in $(seq "$DEVICES"); do invitation "$number" >>"$folder/invitations"; done
before=$(cpu_seconds)
before_bytes=$(loopback_bytes)
before_requests=$(requests)
"$FLEET" load --invitations "$folder/invitations" --observations "$OBSERVATIONS"
after=$(cpu_seconds)
echo "on the wire: $((($(loopback_bytes) - before_bytes) / OBSERVATIONS)) bytes a record (everything over loopback)"
awk -v a="$before_requests" -v b="$(requests)" -v n="$OBSERVATIONS" \
  'BEGIN { printf "requests: %d, %.1f per 1,000 observations, enrolments included\n", b - a, (b - a) / n * 1000 }'
awk -v a="$before" -v b="$after" -v n="$OBSERVATIONS" \
  'BEGIN { printf "backend: %.2f CPU seconds, %.0f µs a record\n", b - a, (b - a) / n * 1e6 }'
grep VmHWM "/proc/$pid/status"

step "The office with that many"
"$FLEET" bench-office --address "$address" --member "$folder/secrets/coordinator.json"

step "One device as it grows"
"$FLEET" bench-growth --invitation "$(invitation growth)" --records "${GROWTH:-1000,10000,100000}"

step "Unlocking a device with $OBSERVATIONS records (vault of full strength)"
invitation unlock >"$folder/invitation"
"$FLEET" load --invitations "$folder/invitation" --observations "$OBSERVATIONS" --homes "$folder/homes"
# The passphrase of load devices, which hold invented records only.
BAKEN_PASSPHRASE='alleen voor metingen' "$FLEET" bench-unlock --home "$folder/homes/load-0"

step "The app's own window on that device"
export NO_AT_BRIDGE=1 LIBGL_ALWAYS_SOFTWARE=1
BAKEN_PASSPHRASE='alleen voor metingen' dbus-run-session -- xvfb-run -a \
  "$TARGET/release/examples/time-app-start" "$folder/homes/load-0"

step "The interface on a phone, on that device"
BAKEN_PASSPHRASE='alleen voor metingen' "$TARGET/release/examples/time-phone" "$folder/homes/load-0"

step "Verifying the whole register"
seconds_of "$BACKEND" verify --data "$folder/data"
du -sh "$folder/data" | cut -f1

step "First load of the interfaces"
node scripts/first-load.js ui/companion/dist ui/console/dist
