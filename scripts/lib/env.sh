# shellcheck shell=bash
# Where things are. Sourced by the scripts; sets the variables that cargo reads.

REPO="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
export REPO

# Outside the clone, so that a fresh clone builds on what is there.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/suit-target}"
# The runtime's WebAssembly is built from a folder in there, and has to find its way back to Cargo.lock.
export WASM_BUILD_WORKSPACE_HINT="$REPO"
# By the pinned toolchain, and not by whichever is this machine's default.
WASM_BUILD_TOOLCHAIN="$(sed -n 's/^channel *= *"\(.*\)".*/\1/p' "$REPO/rust-toolchain.toml")"
export WASM_BUILD_TOOLCHAIN
# What scripts/setup --interop installs.
export SUIT_PEERS_PYTHON="${XDG_CACHE_HOME:-$HOME/.cache}/suit-tools/peers/bin/python"

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}
