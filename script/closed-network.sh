# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# Ways around a network that reaches package registries but not Rust's download server. Where rustup can download, nothing
# in this file runs. Sourced by lib.sh; `debian` and `apt_install` come from script/setup.
#
# 1. The pinned compiler may be installed under another name ("stable"): it is used under that name.
# 2. The WASM target may be missing: Debian packages a Rust for it, linked into rustup as `tessera-wasm`.

# Name of Debian's Rust among rustup's toolchains.
debian_toolchain=tessera-wasm

# Prints the name of an installed toolchain that is the pinned release; fails when rustup finds the pinned one itself, and
# when there is none.
pinned_under_another_name() {
    local pinned name
    if ! has rustup || [ -n "${RUSTUP_TOOLCHAIN:-}" ]; then return 1; fi
    if (cd "$root" && RUSTUP_AUTO_INSTALL=0 rustc --version) >/dev/null 2>&1; then return 1; fi
    pinned="$(sed -n 's/^channel = "\(.*\)"$/\1/p' "$root/rust-toolchain.toml")"
    for name in $(RUSTUP_AUTO_INSTALL=0 rustup toolchain list 2>/dev/null | awk '{ print $1 }'); do
        case "$(RUSTUP_TOOLCHAIN="$name" rustc --version 2>/dev/null)" in
            "rustc $pinned "*)
                printf '%s\n' "$name"
                return
                ;;
        esac
    done
    return 1
}

# Prints the name of Debian's Rust when it is linked and compiles for the browser.
debian_wasm_toolchain() {
    if has rustup && rustup toolchain list | grep -q "^$debian_toolchain" && makes_wasm "$debian_toolchain"; then
        printf '%s\n' "$debian_toolchain"
    else
        return 1
    fi
}

# Installs Debian's Rust for the browser.
setup_debian_wasm() {
    # rust-lld is a link to lld-22; without that package linking fails.
    apt_install "Rust for the WASM side" rustc-web cargo-web rust-web-src rust-web-llvm lld-22 ||
        fail "The WASM target could not be installed. When the network is back, run: rustup target add $wasm_target"
    rustup toolchain link "$debian_toolchain" /usr
    makes_wasm "$debian_toolchain" || build_debian_std
    makes_wasm "$debian_toolchain" || fail "Debian's Rust does not compile for $wasm_target after all."
}

# Builds the standard library for the browser, whose source Debian packages, as a dependency of an empty crate.
build_debian_std() {
    local work lib as_root=""
    [ "$(id -u)" = 0 ] || as_root="sudo"
    work="$(mktemp -d)"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\npath = "lib.rs"\n' \
        >"$work/Cargo.toml"
    : >"$work/lib.rs"
    say "Building the standard library for the browser (about half a minute)"
    (
        cd "$work"
        unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
        RUSTC_BOOTSTRAP=1 RUSTUP_TOOLCHAIN="$debian_toolchain" CARGO_TARGET_DIR="$work/target" quietly \
            cargo build --release --target "$wasm_target" -Zbuild-std=std,panic_abort,proc_macro
    ) || fail "The standard library for $wasm_target could not be built."
    lib="$(RUSTUP_TOOLCHAIN="$debian_toolchain" rustc --print target-libdir --target "$wasm_target")"
    # A library that an earlier compiler built would be refused.
    $as_root rm -rf "$lib"
    $as_root mkdir -p "$lib"
    $as_root cp "$work/target/$wasm_target/release/deps/"*.rlib "$lib/"
    rm -rf "$work"
}

# Installs clippy for Debian's Rust.
setup_debian_clippy() {
    apt_install "clippy for the WASM side" rust-web-clippy || fail "clippy for the WASM side could not be installed."
}
