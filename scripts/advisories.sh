#!/usr/bin/env bash
# Whether something is known against a dependency. Both databases are asked over the network: RustSec's for the crates,
# the registry's own for the packages of the interface. What cannot be had is said and judges nothing; what was found fails.
# A copy of RustSec's that cargo-deny keeps already is used without a network.
set -euo pipefail
. "$(dirname "$0")/say.sh"
CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
export PATH=$CARGO_HOME/bin:$PATH

crates() {
  if ! timeout 120 cargo deny --log-level off fetch db 2>/dev/null; then
    compgen -G "$CARGO_HOME/advisory-dbs/advisory-db-*/crates" >/dev/null ||
      { say "The crates were NOT scanned: RustSec's database could not be fetched."; return 0; }
    say "RustSec's database could not be fetched anew; the copy that is here is used."
  fi
  cargo deny --offline --log-level error check --hide-inclusion-graph advisories
}

packages() {
  local report
  report=$(cd ui && timeout 120 npm audit --json 2>/dev/null) && return 0
  node -e 'process.exit("auditReportVersion" in JSON.parse(process.argv[1] || "{}") ? 0 : 1)' "$report" ||
    { say "The packages of the interface were NOT scanned: the registry gives no advisories."; return 0; }
  (cd ui && npm audit)
}

failed=
crates || failed=yes
packages || failed=yes
[ -z "$failed" ] || die "something is known against a dependency"
