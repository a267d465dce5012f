#!/usr/bin/env bash
# `make run`: a municipality of its own in ./var, with a year of demo reports, and a companion enrolled to it.
# With a display the app opens; without one the same job is played by the real core, step by step.
# Every part is made once; a later run goes on where the last one left off.
set -euo pipefail
. "$(dirname "$0")/say.sh"

ADDRESS=http://127.0.0.1:8787
BACKEND=$TARGET/debug/baken-backend
FLEET=$TARGET/debug/baken-fleet

has_display() { [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

# field NAME: one field of the JSON on standard input.
field() { node -e 'console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]])' "$1"; }

# invitation LABEL ORGANISATION: a fresh one, as a baken: link.
invitation() {
  "$BACKEND" invite --data var/backend --label "$1" --organisation "$2" --valid-minutes 60 --json | field uri
}

# passphrase NAME: of a device that is made here; drawn once and kept in var/secrets for its owner alone.
passphrase() {
  local file=var/secrets/$1.json
  if [ ! -s "$file" ]; then
    # 16 of 31 characters that are not mistaken for one another: 79 bits.
    node -e '
      const { randomInt } = require("node:crypto");
      const letters = "abcdefghjkmnpqrstuvwxyz23456789";
      const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join("");
      console.log(JSON.stringify({ passphrase: Array.from({ length: 4 }, group).join("-") }));
    ' >"$file.new"
    mv "$file.new" "$file"
  fi
  field passphrase <"$file"
}

build() {
  scripts/setup.sh "$(has_display && echo app || echo build)"
  scripts/ui.sh
  cargo build -p baken-backend -p baken-fleet
  if has_display; then cargo build -p baken --features custom-protocol; fi
}

# The municipality's keys and register: made aside and moved into place, so half of one never counts.
municipality() {
  [ -e var/backend/register.sqlite ] && return
  for it in var/seeded var/companion var/story; do
    [ -e "$it" ] && die "$it belongs to a register that is gone; 'make reset' clears var/ and begins anew"
  done
  rm -rf var/backend.new var/secrets.new
  [ -e var/secrets ] && mv var/secrets "var/secrets.before-$(date +%s)"
  "$BACKEND" init --data var/backend.new --tenant GM0453 --municipality Velsen --address "$ADDRESS" \
    --member coordinator --secrets-out var/secrets.new >/dev/null
  mv var/secrets.new var/secrets
  mv var/backend.new var/backend
  say "Municipality of Velsen made; its secrets are in var/secrets."
}

demo_year() {
  [ -e var/seeded ] && return
  say "Four demo devices send a year of reports:"
  # What a run that was cut short left: its invitations are spent, so new devices begin anew.
  rm -rf var/demo-devices var/demo-invitations
  local organisation
  for organisation in gemeente-handhaving politie scharlaken-koord nla; do
    invitation "Demo $organisation" "$organisation" >>var/demo-invitations
  done
  "$FLEET" demo --invitations var/demo-invitations --homes var/demo-devices >&2
  rm -f var/demo-invitations
  touch var/seeded
}

companion() {
  [ -e var/companion ] && return
  rm -rf var/companion.new
  BAKEN_PASSPHRASE=$(passphrase companion) "$FLEET" prepare --home var/companion.new \
    --invitation "$(invitation 'Companion' gemeente-handhaving)" >/dev/null
  mv var/companion.new var/companion
  say "The companion is enrolled and locked."
}

access() {
  cat <<TEXT

  Console      $ADDRESS
  Login        $(field login <var/secrets/coordinator.json)
  Password     $(field password <var/secrets/coordinator.json)
  Passphrase   $(field passphrase <var/secrets/coordinator.json)

  Companion    var/companion
  Passphrase   $(passphrase companion)

TEXT
}

# The same job without a screen. The device is moved into place once its first run has ended well.
story() {
  local secret home=var/story
  local -a invited=()
  secret=$(passphrase story)
  if [ ! -e var/story ]; then
    home=var/story.new
    rm -rf "$home"
    invited=(--invitation "$(invitation 'Story' gemeente-handhaving)")
  fi
  BAKEN_PASSPHRASE=$secret "$FLEET" story --home "$home" "${invited[@]}"
  [ "$home" = var/story ] || mv "$home" var/story
  printf '\n  The register, checked from the first signature on:\n  '
  "$BACKEND" verify --data var/backend
}

# Two runs at once would share one companion, and the first to end would stop the other's backend.
alone() {
  command -v flock >/dev/null || return 0
  exec 9>var/run.lock
  flock --nonblock 9 || die "another 'make run' of this folder is open; close its window first"
}

(umask 077 && mkdir -p var)
alone
build
# Everything under var is for its owner alone.
umask 077
municipality
# The backend may outlive this run; the lock must not.
scripts/backend.sh start 9>&-
if has_display; then trap 'scripts/backend.sh stop' EXIT; fi
demo_year
companion
access
if has_display; then
  say "The companion opens now. The backend stops when you close it."
  BAKEN_HOME=$PWD/var/companion "$TARGET/debug/baken"
else
  say "No display (DISPLAY and WAYLAND_DISPLAY are unset), so the app cannot open; the job is played without it:"
  story
  say
  say "The backend keeps running: $ADDRESS is open to this machine. Stop it with 'make stop'."
fi
