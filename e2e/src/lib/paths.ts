// Where the binaries and scripts lie.

import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const REPO = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const target = process.env.CARGO_TARGET_DIR ?? join(cache, "suit-target");

export const SUIT = join(target, "release", "suit");
export const NETWORK = join(REPO, "scripts", "network");
export const NEXT_RUNTIME = join(REPO, "scripts", "next-runtime");
