# shellcheck shell=bash
# What the scripts of this folder share: where things live, how they speak, how they find tools. Sourced, never run.
# Written for bash 3.2 too, which is what macOS has.

set -euo pipefail

# Several clones share tools and compiled dependencies through this folder; it may be deleted at any time.
cache="${TESSERA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tessera}"
mkdir -p "$cache/tools/bin"
cache="$(cd "$cache" && pwd)"
tools="$cache/tools"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
mkdir -p "$CARGO_TARGET_DIR"
CARGO_TARGET_DIR="$(cd "$CARGO_TARGET_DIR" && pwd)"

# The WASM side may be compiled by another toolchain than the server, so the two never share a target folder.
# shellcheck disable=SC2034 # used by those who source this
wasm_target_dir="$CARGO_TARGET_DIR/wasm"
wasm_target=wasm32-unknown-unknown

# Leptos reads this name while it is compiled. It is set for every cargo call, tests included, so that none of them
# invalidates what another has built. `.cargo/config.toml` says the same to a cargo called by hand.
export LEPTOS_OUTPUT_NAME=tessera

# Without a terminal cargo's progress bar is noise in a log.
if [ ! -t 2 ]; then export CARGO_TERM_PROGRESS_WHEN=never; fi

say() { printf '%s\n' "$@"; }
fail() {
    printf '%s\n' "$@" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a long command silently, its output in a log that is shown when it fails.
quietly() {
    local log="$cache/setup.log"
    if ! "$@" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        say "That was: $*" "The whole output is in $log." >&2
        return 1
    fi
}

# A short digest of files, to name a cache entry after what it was made from.
digest() { cat "$@" | if has sha256sum; then sha256sum; else shasum -a 256; fi | cut -c1-12; }

# This clone's name within the cache: clones may have the same folder name.
clone_id() { printf '%s-%s' "$(basename "$root")" "$(printf '%s' "$root" | digest)"; }

# Where the laid-out application (binary, hash.txt, site/) of a mode goes.
dist_dir() { printf '%s' "${TESSERA_DIST:-$cache/dist/$(clone_id)}/$1"; }

# shellcheck source=closed-network.sh
. "$root/script/closed-network.sh"
# shellcheck source=shared-target.sh
. "$root/script/shared-target.sh"

if other_name="$(pinned_under_another_name)"; then export RUSTUP_TOOLCHAIN="$other_name"; fi

# Whether the toolchain (none: the active one) compiles and links for the browser.
makes_wasm() {
    local made ok=0
    made="$(mktemp -d)"
    printf '' >"$made/empty.rs"
    with_toolchain "${1:-}" \
        rustc --target "$wasm_target" --crate-type cdylib -o "$made/empty.wasm" "$made/empty.rs" >/dev/null 2>&1 || ok=1
    rm -rf "$made"
    return "$ok"
}

# Runs a command under a rustup toolchain, or under the active one when the name is empty.
with_toolchain() {
    local name="$1"
    shift
    if [ -n "$name" ]; then RUSTUP_TOOLCHAIN="$name" "$@"; else "$@"; fi
}

# Prints the toolchain for the WASM side, an empty line for the active one; fails when there is none.
wasm_toolchain() {
    if [ -n "${TESSERA_WASM_TOOLCHAIN:-}" ]; then
        printf '%s\n' "$TESSERA_WASM_TOOLCHAIN"
    elif makes_wasm ""; then
        printf '\n'
    else
        debian_wasm_toolchain
    fi
}

wasm_bindgen_version() {
    awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' "$root/Cargo.lock"
}

# Prints the wasm-bindgen that matches Cargo.lock.
find_wasm_bindgen() {
    local version candidate
    version="$(wasm_bindgen_version)"
    for candidate in "$(command -v wasm-bindgen || true)" "$tools/wasm-bindgen-$version/bin/wasm-bindgen" \
        "$tools/bin/wasm-bindgen"; do
        if [ -n "$candidate" ] && [ "$("$candidate" --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Cuts the WASM into modules. Ours, since it is patched.
wasm_split_version=0.2.4
splitter_folder() { printf '%s' "$tools/wasm-split-$wasm_split_version-$(digest "$root/script/tools/wasm-split.patch")"; }
find_splitter() {
    [ -x "$(splitter_folder)/bin/wasm-split-cli" ] && printf '%s\n' "$(splitter_folder)/bin/wasm-split-cli"
}

# Checks of dependencies, from crates.io.
# shellcheck disable=SC2034 # used by script/setup
cargo_deny_version=0.20.2
# shellcheck disable=SC2034
cargo_machete_version=0.9.2
# shellcheck disable=SC2034 # used by script/setup and script/sbom
cargo_cyclonedx_version=0.5.9
# shellcheck disable=SC2034 # used by script/fuzz
cargo_fuzz_version=0.13.2

# Prints the cargo subcommand: the one on the PATH, or ours.
find_cargo_tool() {
    local candidate
    for candidate in "$(command -v "$1" || true)" "$tools/$1-$2/bin/$1"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Prints the folder with our npm tools (esbuild, wasm-opt, the icons), named after its lock file.
npm_tools() { printf '%s' "$tools/npm-$(digest "$root/script/tools/package-lock.json")"; }
# The same for the browser tests.
npm_end2end() { printf '%s' "$tools/end2end-$(digest "$root/end2end/package-lock.json")"; }
# The same for the official clients of identity providers.
npm_clients() { printf '%s' "$tools/clients-$(digest "$root/end2end/clients/package-lock.json")"; }

# A wasm-opt from the system does when it knows the instructions that rustc emits today; Debian's, of 2022, does not.
find_wasm_opt() {
    local version
    if has wasm-opt; then
        version="$(wasm-opt --version | grep -oE '[0-9]+' | head -n 1)"
        if [ "${version:-0}" -ge 120 ]; then
            command -v wasm-opt
            return
        fi
    fi
    [ -x "$(npm_tools)/node_modules/.bin/wasm-opt" ] && printf '%s\n' "$(npm_tools)/node_modules/.bin/wasm-opt"
}

# The browser without windows first: it runs the tests in half the time, most of which the windows take that nobody sees.
find_chromium() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        if [ -n "$candidate" ] && has "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Prints the folder with initdb and pg_ctl of PostgreSQL 15 or newer, the newest where there are several.
find_postgres() {
    local folder version best="" best_version=14
    for folder in "$(pg_config --bindir 2>/dev/null || true)" "$(dirname "$(command -v pg_ctl || echo /)")" \
        /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            version="$("$folder/pg_ctl" --version | grep -oE '[0-9]+' | head -n 1)"
            if [ "${version:-0}" -gt "$best_version" ]; then
                best="$folder"
                best_version="$version"
            fi
        fi
    done
    [ -n "$best" ] && printf '%s\n' "$best"
}

# Prints HAProxy, which Debian puts where only root looks for programs.
find_haproxy() {
    local candidate
    for candidate in "$(command -v haproxy || true)" /usr/sbin/haproxy /usr/local/sbin/haproxy; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Prints as many ports as asked for that nothing listens on at the moment.
free_ports() {
    node -e '
        const { createServer } = require("node:net");
        const open = () => new Promise(done => { const s = createServer().listen(0, "127.0.0.1", () => done(s)); });
        Promise.all(Array.from({ length: Number(process.argv[1]) }, open)).then(servers => {
            console.log(servers.map(s => s.address().port).join(" "));
            servers.forEach(s => s.close());
        });' "$1"
}

# Seconds as "3 s" or "2 min 05 s".
duration() {
    if [ "$1" -lt 60 ]; then printf '%s s' "$1"; else printf '%s min %02d s' "$(($1 / 60))" "$(($1 % 60))"; fi
}
