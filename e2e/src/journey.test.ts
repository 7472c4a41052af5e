// One release from its author to a device that the author never meets: the demo's outcomes, one by one.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { firmware, rawCid } from "./lib/blocks.js";
import { stripped, stuffed } from "./lib/envelope.js";
import { rpc, RpcRefused } from "./lib/rpc.js";
import { suit, suitRefused } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { World } from "./lib/world.js";

const VERSION_1 = firmware("router/1", 3_653_632);
const VERSION_2 = firmware("router/2", 2_500_001);
const ROUTER = "router";
const CAMERA = "camera";

let world: World;
let device: string[];
let envelope2: string;

before(async () => {
  world = await World.up();
  await world.registerVendor();
  await world.createProduct(ROUTER, "verified");
  await world.createProduct(CAMERA, "verified");
  device = await world.makeDevice("device", ROUTER);
});

after(() => world.down());

/** The envelope with one bit of its manifest other. */
function flipped(envelope: Buffer): Buffer {
  const out = Buffer.from(envelope);
  out[out.length - 20]! ^= 0x04;
  return out;
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** The image in a device's active slot. */
async function installed(state: string): Promise<Buffer> {
  const { activeSlot } = JSON.parse(await readFile(join(state, "state.json"), "utf8")) as { activeSlot: string };
  return readFile(join(state, activeSlot, "image"));
}

test("an author without an account publishes version 1, and a verified device installs it", async () => {
  const file = await world.writeFirmware("router-1.bin", VERSION_1);
  await world.publish(ROUTER, 1, file);
  const args = world.updateArgs(ROUTER, "device", world.retrieval.httpUrl, ...device);
  assert.equal((await suit(world.retrieval.rpcUrl, ...args)).status, "updated");
  assert.equal(sha256(await installed(world.path("device"))), sha256(VERSION_1));
});

test("a stranger's copies of a true envelope, flipped, stripped or stuffed, are refused, and no number is burnt", async () => {
  const file = await world.writeFirmware("router-2.bin", VERSION_2);
  envelope2 = world.path("envelope-2.suit");
  const intent = world.path("2.intent");
  const sign = ["--envelope-out", envelope2, "--intent-out", intent, "--dry-run"];
  await world.publish(ROUTER, 2, file, ...sign);
  const envelope = await readFile(envelope2);

  for (const [name, copy] of Object.entries({ flipped: flipped(envelope), stripped: stripped(envelope), stuffed: stuffed(envelope) })) {
    const altered = world.path(`${name}.suit`);
    await writeFile(altered, copy);
    const send = ["publish-envelope", altered, "--intent", intent, "--force", "--no-wait"];
    const refused = await suitRefused(world.retrieval.rpcUrl, ...send);
    assert.equal(refused.kind, "IntentForOtherEnvelope", name);
  }
  const shown = await suit(world.registration.rpcUrl, "product", "show", "acme.example", ROUTER);
  assert.equal(String(shown.highestPublished), "1");
});

test("version 2 is published and becomes available on both nodes", async () => {
  await world.publish(ROUTER, 2, world.path("router-2.bin"));
  await world.untilAvailable(world.retrieval, ROUTER, 2);
  const shown = await suit(world.retrieval.rpcUrl, "release", "show", "acme.example", ROUTER, "--sequence", "2");
  assert.equal(shown.holders.length, 2);
});

test("an older sequence number is refused by its name", async () => {
  const file = world.path("router-1.bin");
  const refused = await suitRefused(world.registration.rpcUrl, ...world.publishArgs(ROUTER, 1, file));
  assert.equal(refused.kind, "SequenceNumberNotGreater");
});

test("an envelope with one flipped bit is refused even where its author signs an intent for it", async () => {
  const file = world.path("flipped-again.suit");
  await writeFile(file, flipped(await readFile(envelope2)));
  const { rpcUrl } = world.registration;
  const verified = await suitRefused(rpcUrl, "manifest", "verify", file, "--key", `${world.key("author")}.pub`);
  assert.notEqual(verified.kind, "Misuse");
  const send = ["publish-envelope", file, "--key", world.key("author"), "--force", "--no-upload", "--no-wait"];
  const published = await suitRefused(rpcUrl, ...send);
  assert.ok(["ManifestDigestMismatch", "MalformedEnvelope"].includes(published.kind), published.kind);
});

test("a block that nobody asked for is refused before it is stored", async () => {
  const block = firmware("nobody asked", 1000);
  const url = `${world.registration.gatewayUrl}/ipfs/${rawCid(block)}`;
  const response = await fetch(url, { method: "PUT", body: new Uint8Array(block) });
  const body = (await response.json()) as { error: { code: string } };
  assert.equal(body.error.code, "NotAskedFor");
  assert.equal((await fetch(url, { method: "HEAD" })).status, 404);
});

test("a device without a credential is refused", async () => {
  const args = world.updateArgs(ROUTER, "stranger", world.retrieval.httpUrl);
  assert.equal((await suitRefused(world.retrieval.rpcUrl, ...args)).kind, "VerificationRequired");
});

test("a device of another class is refused", async () => {
  const camera = await world.makeDevice("camera-device", CAMERA);
  const args = world.updateArgs(ROUTER, "camera", world.retrieval.httpUrl, ...camera);
  assert.equal((await suitRefused(world.retrieval.rpcUrl, ...args)).kind, "WrongClass");
});

test("a credential of an operator that nobody registered is refused", async () => {
  await world.makeKey("other-operator");
  const credential = world.path("forged.credential");
  await suit(
    world.registration.rpcUrl,
    ...["operator", "credential", "--operator-key", world.key("other-operator")],
    ...["--device-key", `${world.key("device")}.pub`, "--vendor", "acme.example", "--class", ROUTER, "--out", credential],
  );
  const show = ["--credential", credential, "--device-key", world.key("device")];
  const args = world.updateArgs(ROUTER, "forger", world.retrieval.httpUrl, ...show);
  assert.equal((await suitRefused(world.retrieval.rpcUrl, ...args)).kind, "UnknownOperator");
});

test("payloads for verified devices are not served without a ticket, whole or by the block", async () => {
  const shown = await suit(world.retrieval.rpcUrl, "release", "show", "acme.example", ROUTER, "--sequence", "2");
  const root = shown.payloads[0].cid as string;
  const leaf = rawCid(VERSION_2.subarray(0, 262_144));
  for (const path of [`/suit/v1/payload/${root}`, `/ipfs/${root}`, `/ipfs/${leaf}`]) {
    const response = await fetch(world.retrieval.gatewayUrl + path);
    assert.equal(response.status, 401, path);
    assert.equal(((await response.json()) as { error: { code: string } }).error.code, "TicketRequired");
  }
});

test("malformed parameters, an unknown product and nonsense for a credential are refused by kind", async () => {
  const url = world.retrieval.httpUrl;
  const kindOf = async (params: unknown) => {
    const error = await rpc(url, "suit_getLatest", params).catch((error: unknown) => error);
    assert.ok(error instanceof RpcRefused, "it is refused");
    return error.kind;
  };
  const nobody = `0x${"00".repeat(16)}`;
  assert.equal(await kindOf({ vendor: "0x00", class: nobody }), "MalformedParams");
  assert.equal(await kindOf({ vendor: nobody, class: nobody }), "UnknownProduct");
  assert.equal(await kindOf({ credential: "0x00", request: "0x00" }), "MalformedCredential");
});

test("after the registration node's death a device updates from 1 to 2 through the retrieval node", async () => {
  await world.network.kill("registration");
  await rm(world.registration.basePath, { recursive: true });
  await rm(world.key("author"));

  const args = world.updateArgs(ROUTER, "device", world.retrieval.httpUrl, ...device);
  assert.equal((await suit(world.retrieval.rpcUrl, ...args)).status, "updated");
  assert.equal(sha256(await installed(world.path("device"))), sha256(VERSION_2));
  assert.equal((await suit(world.retrieval.rpcUrl, ...args)).status, "upToDate");
});

test("a chunk that rots on the retrieval node's disk is noticed and not served", async () => {
  const needle = VERSION_2.subarray(1_000, 1_064);
  const rotted = await rot(world.retrieval.basePath, needle);
  assert.ok(rotted, "the chunk lies in the store");
  const fresh = world.updateArgs(ROUTER, "fresh", world.retrieval.httpUrl, ...device);
  assert.equal((await suitRefused(world.retrieval.rpcUrl, ...fresh)).kind, "Corrupt");
  await until("the operator can read of it in the log", async () => {
    return (await readFile(world.retrieval.log, "utf8")).includes("damage on this disk");
  });
});

/** Flips one bit of the first file below a folder that holds these bytes. */
async function rot(folder: string, needle: Buffer): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (!file.includes("/suit/")) continue;
    const bytes = await readFile(file);
    const at = bytes.indexOf(needle);
    if (at < 0) continue;
    bytes[at]! ^= 1;
    await writeFile(file, bytes);
    return true;
  }
  return false;
}
