# shellcheck shell=bash disable=SC2154,SC2034 # variables and functions of script/bench
# How long one person waits for a board and for a move in a workspace, alone and while somebody in another workspace asks
# for as much as they can: the 99th percentile of requests that follow each other without a pause. Sourced by script/bench.

noisy_browsers=""
quiet_cookies=""
rounds=3

# start_noise <kind>: at a low priority, so that it does not take the processor from those who measure.
start_noise() {
    local first
    first="${noisy_browsers%%$'\n'*}"
    case "$1" in
        nothing) return ;;
        boards) (on_core 1 nice -n 15 wrk --threads 1 --connections 32 --duration 600s --header "Cookie: $first" \
            "$base/o/abc-inc/projects/BENCH/board") >/dev/null & ;;
        moves) (on_core 1 nice -n 15 node "$root/script/tools/moves.mjs" "$base" "$first" abc-inc BENCH 300 32 600) >/dev/null & ;;
        streams) (on_core 1 nice -n 15 node "$root/script/tools/streams.mjs" "$base" "$noisy_browsers" abc-inc BENCH-1 50 100000) >/dev/null & ;;
    esac
    noise=$!
    sleep 2
}

stop_noise() {
    if [ -n "$noise" ]; then
        kill "$noise" 2>/dev/null || true
        wait "$noise" 2>/dev/null || true
        noise=""
    fi
}

# The 99th percentile of one person's boards, or moves, in milliseconds.
quiet_boards() { cookies="$quiet_cookies" connections=1 load report "$base/o/xyz-travel/projects/QUIET/board" "$seconds" | cut -d ' ' -f 2; }
quiet_moves() {
    (on_core 1 node "$root/script/tools/moves.mjs" "$base" "$quiet_cookies" xyz-travel QUIET 300 1 "$seconds") | cut -d ' ' -f 2
}

median() { sort -n | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'; }

# measure_noisy <database>: a row for each kind of noise.
measure_noisy() {
    local name="$1" kind probe
    "$dist/tessera" seed --organization xyz-travel --project QUIET --tasks 300 >/dev/null
    # The private PostgreSQL does not do by itself what every other does soon after so many new rows.
    if [ "$name" = PostgreSQL ]; then
        "$(find_postgres)/psql" --quiet --no-psqlrc --dbname "$MIGRATION_DATABASE_URL" --command "VACUUM ANALYZE"
    fi
    noisy_browsers="$cookies"
    for _ in {2..3}; do
        sign_in
        noisy_browsers+=$'\n'"$cookies"
    done
    sign_in xyz-travel carol@example.com
    quiet_cookies="$cookies"
    rm -f "$data"/noisy.*
    for ((round = 1; round <= rounds; round++)); do
        for kind in nothing boards moves streams; do
            start_noise "$kind"
            for probe in boards moves; do "quiet_$probe" >>"$data/noisy.$probe.$kind"; done
            stop_noise
            sleep 1
        done
    done
    for probe in boards moves; do
        for kind in nothing boards moves streams; do
            row "$name: $probe, beside $kind, ms" "$(median <"$data/noisy.$probe.$kind")"
        done
    done
}
