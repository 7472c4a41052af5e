// Releases by several authors' keys on a real network: a threshold of two, a rotation, a compromise and a handover, down
// to what devices get.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Authors } from "./lib/authors.js";
import { Chain, type Call } from "./lib/chain.js";
import { productId, vendorId } from "./lib/names.js";
import type { NodeInfo } from "./lib/network.js";
import { suit, suitRefused } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { Witness } from "./lib/witness.js";
import { DOMAIN, World } from "./lib/world.js";

const ROUTER = "router";
const VENDOR = vendorId(DOMAIN);
const PRODUCT = productId(VENDOR, ROUTER);
/**
 * Products beside the router. Sixteen of them are gone through in a block, so the vendor stays suspended for some ten
 * blocks, and devices can ask meanwhile.
 */
const OTHERS = 160;

let world: World;
let chain: Chain;
let authors: Authors;
let witnesses: Witness[] = [];

before(async () => {
  world = await World.up();
  chain = await Chain.connect(world.registration.rpcUrl);
  authors = new Authors(world, ROUTER);
  await suit(world.registration.rpcUrl, "vendor", "register", DOMAIN, "--suri", "//Alice");
  for (const [name, alg] of [["anna", "esp256"], ["ben", "ed25519"]] as const) {
    await authors.make(name, alg);
    await world.addKey(name, "manifests");
  }
  await world.createProduct(ROUTER, "open", "--threshold", "2");
});

after(async () => {
  await Promise.all(witnesses.map((witness) => witness.stop()));
  await chain?.close();
  await world?.down();
});

/** Updates a device that trusts these authors, and answers what it was told and the image that it has then. */
async function update(device: string, node: NodeInfo, trusted: string[], threshold: number) {
  const { status } = await suit(node.rpcUrl, ...authors.updateArgs(device, node.httpUrl, trusted, threshold));
  return { status, image: await installed(device) };
}

async function installed(device: string): Promise<Buffer | undefined> {
  const text = await readFile(world.path(device, "state.json"), "utf8").catch(() => undefined);
  const { activeSlot } = JSON.parse(text ?? "{}") as { activeSlot?: string };
  return activeSlot ? readFile(join(world.path(device), activeSlot, "image")) : undefined;
}

/** The device took this release. */
function took(sequence: number) {
  return { status: "updated", image: authors.image(sequence) };
}

async function status(sequence: number): Promise<string> {
  const shown = await suit(world.retrieval.rpcUrl, "release", "show", DOMAIN, ROUTER, "--sequence", String(sequence));
  return shown.status;
}

/** A call of the vendor's admin, which must succeed, until it is final. */
async function admin(name: string, ...args: unknown[]): Promise<void> {
  const { error } = await chain.send(chain.registry[name]!(...args), "Alice", true);
  assert.equal(error, undefined);
}

test("two authors' signatures on manifest and intent publish a release, one alone does not", async () => {
  const alone = await authors.sign(1, "anna");
  const both = await authors.sign(1, "anna", "ben");
  assert.equal((await authors.refused(alone, ["anna", "ben"])).kind, "ThresholdNotMet");
  assert.equal((await authors.refused(both, ["anna"])).kind, "IntentThresholdNotMet");
  // And not only the dry run says so.
  const pool = await authors.refused(alone, ["anna", "ben"], "--force");
  assert.deepEqual([pool.kind, pool.by], ["ThresholdNotMet", "pool"]);

  const published = await authors.publish(1, both, "anna", "ben");
  assert.equal(published.status, "Available");
  const shown = await suit(world.registration.rpcUrl, "release", "show", DOMAIN, ROUTER, "--sequence", "1");
  assert.deepEqual(shown.signers, [authors.id("anna"), authors.id("ben")].sort());
  await world.untilAvailable(world.retrieval, ROUTER, 1);
});

test("devices that trust both authors, or one of them, install what both signed", async () => {
  assert.deepEqual(await update("both", world.retrieval, ["anna", "ben"], 2), took(1));
  assert.deepEqual(await update("one", world.registration, ["ben"], 1), took(1));
  await authors.make("eve");
  const strict = authors.updateArgs("strict", world.retrieval.httpUrl, ["anna", "eve"], 2);
  assert.equal((await suitRefused(world.retrieval.rpcUrl, ...strict)).kind, "SignatureNotValid");
});

test("after a rotation the old key is refused, the new one signs, and what the old one signed is offered still", async () => {
  await authors.make("carol");
  await admin("rotateKey", VENDOR, authors.id("ben"), authors.coseKey("carol"));
  assert.deepEqual(await update("late", world.registration, ["anna", "ben"], 2), took(1));

  const old = await authors.sign(2, "anna", "ben");
  assert.equal((await authors.refused(old, ["anna", "carol"])).kind, "ThresholdNotMet");
  assert.equal((await authors.refused(await authors.sign(2, "ben"), ["anna", "carol"])).kind, "SignatureNotValid");
  const fresh = await authors.sign(2, "anna", "carol");
  assert.equal((await authors.refused(fresh, ["anna", "ben"])).kind, "IntentThresholdNotMet");

  assert.equal((await authors.publish(2, fresh, "anna", "carol")).status, "Available");
  await world.untilAvailable(world.retrieval, ROUTER, 2);
  assert.deepEqual(await update("both", world.retrieval, ["anna", "carol"], 2), took(2));
});

test("a compromised key's releases are withheld at once, and only those that enough others carried come back", async () => {
  await authors.make("dora", "ed25519");
  await world.addKey("dora", "manifests");
  const { publishedAt } = await suit(world.registration.rpcUrl, "release", "show", DOMAIN, ROUTER, "--sequence", "2");
  await authors.publish(3, await authors.sign(3, "anna", "carol", "dora"), "anna", "dora");
  await authors.publish(4, await authors.sign(4, "anna", "carol"), "anna", "carol");
  await world.untilAvailable(world.retrieval, ROUTER, 4);
  assert.deepEqual(await update("one", world.retrieval, ["anna"], 1), took(4));
  await createOthers();

  witnesses = [world.registration, world.retrieval].map((node) => new Witness(node.httpUrl, PRODUCT));
  await Promise.all(witnesses.map((witness) => witness.until("4")));
  const since = publishedAt + 1;
  await admin("revokeKey", VENDOR, authors.id("carol"), since);
  await Promise.all(witnesses.map((witness) => witness.until("suspended")));
  const between = await update("both", world.retrieval, ["anna", "dora"], 2);
  assert.deepEqual(between, { status: "suspended", image: authors.image(2) });

  await Promise.all(witnesses.map((witness) => witness.until("3")));
  assert.deepEqual(await Promise.all([2, 3, 4].map(status)), ["Available", "Available", "Suspended"]);
  const answer = await chain.api.call.suitRegistryApi!.key!(VENDOR, authors.id("carol"));
  assert.deepEqual((answer.toPrimitive() as any).status, { compromised: { since } });
  assert.deepEqual(await update("both", world.retrieval, ["anna", "dora"], 2), took(3));
  assert.deepEqual(await update("fresh", world.registration, ["anna", "dora"], 2), took(3));
});

async function createOthers(): Promise<void> {
  const policy = { V1: { threshold: 1, replicas: 1, retrieval: "Open" } };
  const create = (index: number) => chain.registry.createProduct!(VENDOR, `other-${index}`, policy);
  const calls = Array.from({ length: OTHERS }, (_, index) => create(index));
  const batch = (part: Call[]) => chain.api.tx.utility!.batchAll!(part);
  await chain.sendAll([batch(calls.slice(0, OTHERS / 2)), batch(calls.slice(OTHERS / 2))]);
}

test("the authors publish anew with a new key, and every device gets away from the compromised release", async () => {
  const stale = await authors.sign(5, "anna", "carol");
  assert.equal((await authors.refused(stale, ["anna", "dora"])).kind, "ThresholdNotMet");
  await authors.make("erin");
  await world.addKey("erin", "manifests");
  await authors.publish(5, await authors.sign(5, "anna", "erin"), "anna", "erin");
  await Promise.all(witnesses.map((witness) => witness.until("5")));

  assert.deepEqual(await update("one", world.retrieval, ["anna"], 1), took(5));
  assert.deepEqual(await update("both", world.registration, ["anna", "erin"], 2), took(5));
  await Promise.all(witnesses.map((witness) => witness.stop()));
  for (const { answers } of witnesses) assert.deepEqual(answers, ["4", "suspended", "3", "5"]);
});

test("old keys hand over to new ones on the chain, and who knows an old public key alone follows", async () => {
  const { rpcUrl } = world.registration;
  const publicKey = (name: string) => `${world.key(name)}.pub`;
  await authors.make("fred", "ed25519");
  await world.addKey("fred", "manifests");
  const create = (number: number, signer: string, name: string) =>
    suit(
      rpcUrl,
      ...["key", "handover", "create", "--vendor", DOMAIN, "--number", String(number), "--threshold", "2"],
      ...["--next", publicKey("erin"), "--next", publicKey("fred"), "--key", world.key(signer), "--out", world.path(name)],
    );
  const submit = (name: string) => ["key", "handover", "submit", world.path(name), "--suri", "//Alice"];

  await create(2, "anna", "early.handover");
  assert.equal((await suitRefused(rpcUrl, ...submit("early.handover"))).kind, "HandoverNotNext");
  await create(1, "carol", "stolen.handover");
  assert.equal((await suitRefused(rpcUrl, ...submit("stolen.handover"))).kind, "HandoverThresholdNotMet");
  await create(1, "anna", "1.handover");
  await suit(rpcUrl, ...submit("1.handover"));
  assert.equal((await suitRefused(rpcUrl, ...submit("1.handover"))).kind, "HandoverNotNext");
  await admin("revokeKey", VENDOR, authors.id("anna"), null);

  const elsewhere = await Chain.connect(world.retrieval.rpcUrl);
  const listed = await until("the other node knows of the handover", async () => {
    const handovers = await elsewhere.api.call.suitRegistryApi!.handovers!(VENDOR, 0, 64);
    const entries = handovers.toJSON() as [number, string][];
    return entries.length > 0 && entries;
  }).finally(() => elsewhere.close());
  assert.deepEqual(listed.map(([number]) => number), [1]);

  const read = world.path("read.handover");
  await writeFile(read, Buffer.from(listed[0]![1].slice(2), "hex"));
  assert.deepEqual(await readFile(read), await readFile(world.path("1.handover")));
  const verify = (key: string) => ["key", "handover", "verify", read, "--key", publicKey(key), "--vendor", DOMAIN, "--last", "0"];
  const followed = await suit(rpcUrl, ...verify("anna"));
  assert.deepEqual([followed.holds, followed.threshold], [true, 2]);
  const next = (followed.next as { thumbprint: string }[]).map(({ thumbprint }) => thumbprint);
  assert.deepEqual(next.sort(), [authors.id("erin"), authors.id("fred")].sort());
  assert.equal((await suitRefused(rpcUrl, ...verify("dora"))).kind, "SignatureNotValid");
});
