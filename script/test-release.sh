# shellcheck shell=bash disable=SC2154 # variables and functions of lib.sh, postgres.sh and script/test
# The parts of script/test that try a release build from outside: `budgets`, `clients` and `browser`. Sourced by script/test.

# Counts what a run of Node's tests says in its log; one failure when it did not get as far as that.
node_tests() {
    local log="$1" ok="$2" counts
    counts="$(awk '/^# pass / { p = $3 } /^# fail / { f = $3 } END { print p + 0, f + 0 }' "$log")"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    note_failures < <(sed -n 's/^ *not ok [0-9]* - //p' "$log")
    if [ "$ok" != 0 ] && [ "${counts#* }" = 0 ]; then
        failed=$((failed + 1))
        note_failure "$log did not get as far as its tests"
    fi
}

# What a release costs where that does not hang on the clock.
part_budgets() {
    local log="$scratch/budgets.log" ports ok=0 valgrind=""
    if ! script/build release; then
        failed=$((failed + 1))
        note_failure "the release build"
        return
    fi
    if has valgrind; then valgrind="$(command -v valgrind)"; else
        skip "Valgrind is not installed: the instructions of a request were not counted."
    fi
    ports="$(free_ports 2)"
    mkdir -p "$scratch/budgets"
    # shellcheck disable=SC2086 # two words
    node script/tools/budgets.mjs "$(dist_dir release)" "$scratch/budgets" $ports "$valgrind" 9>&- | tee "$log" || ok=1
    node_tests "$log" "$ok"
}

# What runs at a real tenant, and the built-in provider as the clients that Auth0 and others publish see it.
part_clients() {
    local log="$scratch/clients.log" ports ok=0
    node --test --test-reporter tap deploy/auth0/actions/*.test.js | tee "$log" || ok=1
    node_tests "$log" "$ok"
    ok=0
    if ! script/build release; then
        failed=$((failed + 1))
        note_failure "the release build"
        return
    fi
    link_packages
    ports="$(free_ports 3)"
    # shellcheck disable=SC2086 # three words
    set -- $ports
    mkdir -p "$scratch/clients"
    TESSERA_PROGRAM="$(dist_dir release)/tessera" TESSERA_DATA="$scratch/clients" TESSERA_PORT="$1" \
        TESSERA_IDP_PORT="$2" TESSERA_IDP_HTTPS_PORT="$3" \
        node end2end/clients/main.mjs 9>&- | tee "$log" || ok=1 # the lock on the target folder is not theirs to hold
    node_tests "$log" "$ok"
}

# The browser tests in parts of about the same length, each against a server of its own.
browser_runs="javascript:1/3 javascript:2/3 javascript:3/3 no-javascript:1/2 no-javascript:2/2"

# Works off what is left of them, on these three ports.
browser_lane() {
    local run name
    for run in $browser_runs; do
        name="${run//[:\/]/-}"
        # Whoever makes the folder has the part.
        mkdir "$scratch/browser-$name" 2>/dev/null || continue
        (
            cd end2end
            export CHROMIUM TESSERA_DIST_DIR TESSERA_DATA="$scratch/browser-$name"
            export TESSERA_POSTGRES_URL="postgres://tessera_app@127.0.0.1:$postgres_port/postgres"
            export TESSERA_POSTGRES_OWNER_URL="postgres://postgres@127.0.0.1:$postgres_port/postgres"
            CHROMIUM="$(find_chromium)"
            TESSERA_DIST_DIR="$(dist_dir release)"
            PLAYWRIGHT_JSON_OUTPUT_FILE="$scratch/browser-$name.json" TESSERA_OUTPUT="$(dist_dir browser)/$name" \
                TESSERA_PORT="$1" TESSERA_IDP_PORT="$2" TESSERA_DNS_PORT="$3" \
                node node_modules/@playwright/test/cli.js test --project "${run%:*}" --shard "${run#*:}"
        ) 9>&- || true # the lock on the target folder is not theirs to hold
    done
}

# Counts what a report of the browser tests says; one failure when there is none.
browser_counts() {
    node -e '
        const { stats, errors } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
        console.log(stats.expected + stats.flaky, stats.unexpected + (stats.unexpected ? 0 : errors.length));
    ' "$1" 2>/dev/null || echo "0 1"
}

# Prints the browser tests of a report that have this outcome: unexpected, or flaky.
browser_outcomes() {
    node -e '
        const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
        const visit = ({ specs = [], suites = [] }, titles) => {
            for (const { file, title, tests } of specs)
                for (const { projectName, status } of tests)
                    if (status === process.argv[2]) console.log([projectName, file, ...titles, title].join(" > "));
            for (const suite of suites) visit(suite, suite.title === suite.file ? titles : [...titles, suite.title]);
        };
        visit(report, []);
    ' "$1" "$2" 2>/dev/null || true
}

# Two parts at a time.
part_browser() {
    local second="$scratch/browser.log" running run counts ports report name
    if ! script/build release; then
        failed=$((failed + 1))
        note_failure "the release build"
        return
    fi
    link_packages
    # For the tests with several nodes.
    if ! start_postgres; then
        failed=$((failed + 1))
        return
    fi
    ports="$(free_ports 6)"
    # shellcheck disable=SC2086 # six words
    set -- $ports
    browser_lane "$1" "$2" "$3" >"$second" 2>&1 &
    running=$!
    browser_lane "$4" "$5" "$6"
    wait "$running"
    cat "$second"
    stop_postgres
    for run in $browser_runs; do
        report="$scratch/browser-${run//[:\/]/-}.json"
        counts="$(browser_counts "$report")"
        passed=$((passed + ${counts% *}))
        failed=$((failed + ${counts#* }))
        note_failures < <(browser_outcomes "$report" unexpected)
        while IFS= read -r name; do repeated="${repeated}Passed when repeated: $name"$'\n'; done \
            < <(browser_outcomes "$report" flaky)
    done
}
