#!/usr/bin/env bash
# `make fuzz`: libFuzzer over every decoder, so many seconds each.
#   scripts/fuzz.sh [SECONDS [TARGET...]]      600 and every target where nothing is said
# It needs no nightly compiler: what instruments the code is part of the stable one, and the memory checks that are not
# have little to find in Rust without unsafe code (docs/adr/0031-fuzzing-without-a-nightly-compiler.md).
set -euo pipefail
. "$(dirname "$0")/say.sh"
cd "$(dirname "$0")/.."
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

seconds=${1:-600}
shift || true
host=$(rustc -vV | sed -n 's/^host: //p')
out=${CARGO_TARGET_DIR:-target}/fuzz
mkdir -p "$out"
out=$(cd "$out" && pwd)

step "Seeds"
BAKEN_WRITE_SEEDS=$out/seeds cargo test --quiet -p baken-fuzz seeds_are_written

step "Programs that tell what their code does (a first build takes some minutes)"
# Naming the target keeps these flags away from build scripts and macros, and what is built apart from everything else.
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1 --cfg fuzzing" \
  cargo build --quiet -p baken-fuzz --bin fuzz --features libfuzzer --profile fuzz --target "$host"
program=${CARGO_TARGET_DIR:-target}/$host/fuzz/fuzz

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls "$out/seeds")
for target in "${targets[@]}"; do
  [ -d "$out/seeds/$target" ] || die "there is no target $target; there are: $(cd "$out/seeds" && echo *)"
  mkdir -p "$out/found/$target" "$out/failed/$target"
done

step "$seconds seconds for each of ${#targets[@]} targets, as many at once as there are processors"
export out program seconds
fuzz() {
  local status=0
  BAKEN_FUZZ_TARGET=$1 "$program" "$out/found/$1" "$out/seeds/$1" -max_total_time="$seconds" -max_len=65536 \
    -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$out/failed/$1/" >"$out/$1.log" 2>&1 || status=$?
  printf '%-22s %s\n' "$1" "$(grep -E 'DONE|panicked|ERROR' "$out/$1.log" | tail -n 1 | tr -s '[:space:]' ' ')"
  [ "$status" -eq 0 ] || touch "$out/failed/$1/.failed"
}
export -f fuzz
rm -f "$out"/failed/*/.failed
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz {}'

failed=()
for target in "${targets[@]}"; do
  [ ! -e "$out/failed/$target/.failed" ] || failed+=("$target")
done

say
if [ ${#failed[@]} -gt 0 ]; then
  die "failed: ${failed[*]}; what they failed on is in $out/failed. Keep it in fuzz/corpus/TARGET with what mends it"
fi
say "Nothing failed. What leads somewhere new is in $out/found; keep what is worth it in fuzz/corpus."
