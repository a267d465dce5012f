#!/usr/bin/env bash
# `make proxies`: real nginx, Caddy and Apache in front of a real backend, by the snippets in docs/proxy, and gateways
# that hinder; certificates that are wrong in every way; a clock in 1970. Not part of `make test`, which stays quick.
# It runs nothing as a service: each server has its own folder, ports and process, and ends with its test.
set -euo pipefail
. "$(dirname "$0")/say.sh"
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH:/usr/sbin

for it in nginx caddy apache2 faketime openssl; do
  command -v "$it" >/dev/null || die "$it is missing: apt-get install nginx-light caddy apache2 faketime openssl"
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
step "Certificates"
# The root long before and after everything, so that the leaf alone is at fault.
root() { faketime '2010-01-01' openssl req -x509 -newkey ed25519 -nodes -days 36500 -subj "/CN=$1" \
  -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign \
  -keyout "$folder/$1.key" -out "$folder/$1.pem" 2>/dev/null; }
leaf() { # name, signer, begins, days, host
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$5" -keyout "$folder/$1.key" -out "$folder/$1.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$5" >"$folder/$1.ext"
  faketime "$3" openssl x509 -req -in "$folder/$1.csr" -CA "$folder/$2.pem" -CAkey "$folder/$2.key" -days "$4" \
    -extfile "$folder/$1.ext" -set_serial "0x$(openssl rand -hex 8)" -out "$folder/$1.pem" 2>/dev/null
}
root ca
root stranger
leaf good ca yesterday 365 localhost
leaf expired ca '10 days ago' 5 localhost
leaf long-expired ca '5 years ago' 30 localhost
leaf not-yet ca '2050-01-01' 365 localhost
leaf other-name ca yesterday 365 hotel.example
leaf untrusted stranger yesterday 365 localhost

step "Proxies"
# Proxies of the environment that lead nowhere: this very machine is asked without them.
SSL_CERT_FILE=$folder/ca.pem BAKEN_CERTIFICATES=$folder \
  HTTP_PROXY=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9 \
  cargo test --quiet -p baken-tests --test story -- --ignored --test-threads=2 proxies::
say "Every proxy was tried."
