# shellcheck shell=bash
# One simulated device, as Android's code, enrols with a real backend on loopback, records, signs and syncs; the backend,
# as this machine's code, verifies what it has. Sourced by scripts/mobile.sh, after core.sh.
syncs() {
  run_tools "a device as Android's code against a backend" || return 0
  step "A device as Android's code against a real backend"
  run build --locked --quiet -p baken-fleet && cargo build --locked --quiet -p baken-backend || return
  # In a shell of its own: the backend ends with it, however it ends.
  (play)
}

play() {
  backend=$TARGET/debug/baken-backend fleet=$MOBILE/target-run/$RUNS/debug/baken-fleet pid=
  folder=$(mktemp -d) && port=$(free_port) && address=http://127.0.0.1:$port || return
  trap end EXIT
  "$backend" init --data "$folder/data" --tenant GM0453 --municipality Velsen --address "$address" \
    --member coordinator --secrets-out "$folder/secrets" >/dev/null || return
  invitation=$("$backend" invite --data "$folder/data" --label Phone --organisation gemeente-handhaving --valid-minutes 60 \
    --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["uri"])') || return
  RUST_LOG=warn "$backend" serve --data "$folder/data" --listen "127.0.0.1:$port" >"$folder/log" 2>&1 &
  pid=$!
  curl --silent --fail --output /dev/null --retry 100 --retry-delay 0 --retry-max-time 30 --retry-connrefused \
    "$address/readyz" || { cat "$folder/log" >&2 && return 1; }
  TMPDIR=$folder BAKEN_PASSPHRASE='alleen voor deze proef' "$fleet" story --home "$folder/phone" --invitation "$invitation" >&2 || return
  "$backend" verify --data "$folder/data" >&2
}

end() {
  [ -z "$pid" ] || { kill -TERM "$pid" 2>/dev/null && wait "$pid"; } || true
  rm -rf "$folder"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
