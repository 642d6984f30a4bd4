# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# One target folder for several clones. By default the scripts build in the cache folder, so that a second clone starts
# from what the first has compiled. Sourced by lib.sh.
#
# CARGO_TARGET_DIR=target turns this off: with a target folder inside the clone, cargo compiles the clone itself.

# Folder that cargo compiles. cargo knows a package by its path, so clones that share a target folder compile a copy of
# their sources at one path: see script/tools/mirror.mjs. Messages name files by their path within the package, which is
# the same in both.
case "$CARGO_TARGET_DIR/" in
    "$root"/*) source_dir="$root" ;;
    *) source_dir="$CARGO_TARGET_DIR/source" ;;
esac

# Locks the target folder, which one script at a time may use, and brings the sources in it up to date.
claim_target_dir() {
    if has flock && [ "${TESSERA_LOCKED:-}" != "$CARGO_TARGET_DIR" ]; then
        exec 9>"$CARGO_TARGET_DIR/.turn"
        if ! flock --nonblock 9; then
            say "Waiting for another script that builds in $CARGO_TARGET_DIR."
            flock 9
        fi
        export TESSERA_LOCKED="$CARGO_TARGET_DIR"
    fi
    if [ "$source_dir" != "$root" ]; then node "$root/script/tools/mirror.mjs" "$root" "$source_dir"; fi
}

# cargo for the sources of `source_dir`.
compile() { (cd "$source_dir" && cargo "$@"); }
