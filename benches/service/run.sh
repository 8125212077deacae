#!/usr/bin/env bash
# How many receipts the service verifies a second, and how long one takes: benches/service/run.sh [STORE] [THREADS] [CONNECTIONS]
#
# STORE is `none` (default), `sqlite` or the address of a PostgreSQL database. RATE=N sends about so many a second instead of as many as it can.
# Needs wrk. Receipts are made before, each is sent once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
store="${1:-none}" threads="${2:-1}" connections="${3:-16}" count="${RECEIPTS_COUNT:-160000}" seconds="${SECONDS_LONG:-10}"
cargo build --quiet --release --features serve --bin leadstage
cargo build --quiet --release --package leadstage-bench --bin receipts
here="$(mktemp -d)"
trap 'kill "${service:-0}" 2>/dev/null || true; rm -rf "$here"' EXIT
target/release/leadstage keys new "$here/keys.json"
book=playbooks/acme-b2b/playbook.yaml
target/release/receipts "$here/keys.json" "$book" "$count" > "$here/all"
# wrk has two threads, each with a half of them.
split --number=l/2 --numeric-suffixes --suffix-length=1 "$here/all" "$here/receipts."
[ "$store" = sqlite ] && store="sqlite:$here/store.db"
LEADSTAGE_LOG=warn target/release/leadstage serve --keys "$here/keys.json" -p "$book" --store "$store" --rate 0 --threads "$threads" --listen 127.0.0.1:8799 2> "$here/log" &
service=$!
until curl --silent --fail http://127.0.0.1:8799/health/ready > /dev/null; do sleep 0.1; done
before="$(awk '{ print $14 + $15 }' "/proc/$service/stat")"
RECEIPTS="$here/receipts" CONNECTIONS="$connections" wrk --threads 2 --connections "$connections" --duration "${seconds}s" --latency --script benches/service/receipts.lua http://127.0.0.1:8799 | tee "$here/wrk"
after="$(awk '{ print $14 + $15 }' "/proc/$service/stat")"
requests="$(awk '/requests in/ { print $1 }' "$here/wrk")"
refused="$(awk '/Non-2xx/ { print $NF }' "$here/wrk")"
awk -v requests="$requests" -v ticks="$((after - before))" -v hz="$(getconf CLK_TCK)" -v refused="${refused:-0}" \
  'BEGIN { cpu = ticks / hz; printf "%d requests, %d refused, %.2f s of CPU in the service: %.0f a second of one core, %.0f µs each\n", requests, refused, cpu, requests / cpu, cpu / requests * 1e6 }'
