// Vendors, keys and products by calls that a person fills in: domains as text, keys as the hexadecimal digits of a
// COSE_Key, policies by name. What happened is told by events, what must not happen by the names of errors.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AuthorKey, hex } from "./lib/authorkey.js";
import { Chain, type Outcome } from "./lib/chain.js";
import { productId, vendorId } from "./lib/names.js";
import { Network } from "./lib/network.js";

const ARM = "0xfa6b4a53d5ad5fdfbe9de663e4d41ffe";
const LAMP = productId(ARM, "lamp");
const NOBODY = vendorId("nobody.example");
const POLICY_DELAY = 43_200;

const V1 = { V1: { threshold: 1, replicas: 1, retrieval: "Open" } };

const author = AuthorKey.generate("P-256");
const second = AuthorKey.generate("Ed25519");
const third = AuthorKey.generate("P-256");
const operator = AuthorKey.generate("Ed25519");

let network: Network;
let chain: Chain;

before(async () => {
  network = await Network.up("--nodes", "registration", "--no-register");
  chain = await Chain.connect((await network.node("registration")).rpcUrl);
});

after(async () => {
  await chain?.close();
  await network?.down();
});

const call = (name: string, ...args: unknown[]) => chain.registry[name]!(...args);
const addKey = (key: AuthorKey, usage = "Manifests") => call("addKey", ARM, key.coseKey, usage, null, null);
const policy2 = (parts: object) => ({
  V2: { threshold: 1, replicas: 1, retrieval: "Open", submission: "Both", frozen: false, ...parts },
});

/** What the runtime API says of a vendor's keys: their status by their thumbprints. */
async function keys(): Promise<Record<string, { usage: string; status: unknown }>> {
  const answer = await chain.api.call.suitRegistryApi!.keys!(ARM, null, 64);
  return Object.fromEntries(answer.toPrimitive() as any);
}

async function vendor(): Promise<Record<string, any>> {
  return (await chain.api.call.suitRegistryApi!.vendor!(ARM)).toPrimitive() as Record<string, any>;
}

async function product(): Promise<Record<string, any>> {
  return (await chain.api.call.suitRegistryApi!.product!(LAMP)).toPrimitive() as Record<string, any>;
}

test("a vendor is registered by its domain as text, and its id is the one that SUIT derives from it", async () => {
  const outcome = await chain.send(call("registerVendor", "arm.com"));
  const expected = { vendor: ARM, domain: "arm.com", admin: chain.address("Alice") };
  assert.deepEqual(outcome.event("VendorRegistered"), expected);
  assert.equal(vendorId("arm.com"), ARM);
  await chain.refused(
    "Bob",
    [call("registerVendor", "arm.com"), "AlreadyExists"],
    [call("registerVendor", "ARM.com"), "BadDomain"],
    [call("registerVendor", "localhost"), "BadDomain"],
    [call("registerVendor", "arm.com."), "BadDomain"],
  );
});

test("a vendor without a domain is registered by a UUID of its own, and never by one that belongs to a name", async () => {
  const own = "0x2f4c0b7a6d1e4c3a9b8f102030405060";
  const outcome = await chain.send(call("registerVendorByUuid", own), "Bob");
  assert.deepEqual(outcome.event("VendorRegistered"), { vendor: own, domain: "", admin: chain.address("Bob") });
  await chain.refused(
    "Bob",
    [call("registerVendorByUuid", own), "AlreadyExists"],
    [call("registerVendorByUuid", NOBODY), "BadUuid"],
    [call("registerVendorByUuid", `0x${"00".repeat(16)}`), "BadUuid"],
    [call("registerVendorByUuid", `0x${"ff".repeat(16)}`), "BadUuid"],
  );
});

test("keys of both kinds are added by their COSE_Key in hexadecimal digits", async () => {
  const [first, other, last] = (await chain.sendAll([
    addKey(author),
    addKey(second),
    addKey(operator, "Credentials"),
  ])) as [Outcome, Outcome, Outcome];
  const live = (key: AuthorKey, from: number) => ({ vendor: ARM, key: key.id, usage: "Manifests", from, until: null });
  assert.deepEqual(first.event("KeyAdded"), live(author, first.block));
  assert.deepEqual(other.event("KeyAdded"), live(second, other.block));
  assert.deepEqual(last.event("KeyAdded"), { ...live(operator, last.block), usage: "Credentials" });

  const shown = await keys();
  assert.deepEqual(Object.keys(shown).sort(), [author.id, second.id, operator.id].sort());
  assert.deepEqual(shown[author.id]!.status, { live: null });
  assert.equal(shown[operator.id]!.usage, "Credentials");
});

test("a key is added for a span of blocks", async () => {
  const key = AuthorKey.generate();
  const from = (await chain.now()) + 100;
  const outcome = await chain.send(call("addKey", ARM, key.coseKey, "Manifests", from, from + 10));
  const expected = { vendor: ARM, key: key.id, usage: "Manifests", from, until: from + 10 };
  assert.deepEqual(outcome.event("KeyAdded"), expected);
});

test("what is no key, is there already, or makes no sense in time is refused", async () => {
  const fresh = AuthorKey.generate().coseKey;
  const from = (await chain.now()) + 100;
  await chain.refused(
    "Alice",
    [call("addKey", NOBODY, fresh, "Manifests", null, null), "VendorNotFound"],
    [call("addKey", ARM, "0x00", "Manifests", null, null), "BadKey"],
    // Of a point nothing but the last digit is another.
    [call("addKey", ARM, offCurve(AuthorKey.generate("P-256")), "Manifests", null, null), "BadKey"],
    [addKey(author), "AlreadyExists"],
    [addKey(author, "Credentials"), "AlreadyExists"],
    [call("addKey", ARM, fresh, "Manifests", 1, null), "BadBlock"],
    [call("addKey", ARM, fresh, "Manifests", from, from - 1), "BadBlock"],
  );
  await chain.refused("Bob", [call("addKey", ARM, fresh, "Manifests", null, null), "NotAuthorized"]);
});

function offCurve(key: AuthorKey): string {
  const last = Number.parseInt(key.coseKey.at(-1)!, 16) ^ 1;
  return key.coseKey.slice(0, -1) + last.toString(16);
}

test("a key is rotated: the new one takes its place in one call", async () => {
  const outcome = await chain.send(call("rotateKey", ARM, second.id, third.coseKey));
  assert.deepEqual(outcome.events.map(([name]) => name), ["KeyRotated", "KeyAdded"]);
  assert.deepEqual(outcome.event("KeyRotated"), { vendor: ARM, key: second.id, successor: third.id });
  const added = { vendor: ARM, key: third.id, usage: "Manifests", from: outcome.block, until: null };
  assert.deepEqual(outcome.event("KeyAdded"), added);
  const shown = await keys();
  assert.deepEqual(shown[second.id]!.status, { rotated: { at: outcome.block } });
  assert.deepEqual(shown[third.id]!.status, { live: null });

  const fresh = AuthorKey.generate().coseKey;
  await chain.refused(
    "Alice",
    [call("rotateKey", ARM, second.id, fresh), "KeyRevoked"],
    [call("rotateKey", ARM, AuthorKey.generate().id, fresh), "KeyNotFound"],
    [call("rotateKey", ARM, third.id, author.coseKey), "AlreadyExists"],
    [call("rotateKey", ARM, third.id, second.coseKey), "AlreadyExists"],
    [call("rotateKey", ARM, third.id, "0x00"), "BadKey"],
  );
  await chain.refused("Bob", [call("rotateKey", ARM, third.id, fresh), "NotAuthorized"]);
});

test("a key is revoked as rotated without a block, and as compromised with one", async () => {
  const rotated = await chain.send(call("revokeKey", ARM, third.id, null));
  assert.deepEqual(rotated.event("KeyRotated"), { vendor: ARM, key: third.id, successor: null });
  await chain.refused(
    "Alice",
    [call("revokeKey", ARM, third.id, null), "KeyRevoked"],
    [call("revokeKey", ARM, AuthorKey.generate().id, null), "KeyNotFound"],
    [call("revokeKey", ARM, third.id, rotated.block + 1_000), "BadBlock"],
  );

  // It turns out that it was stolen, and then that it was stolen earlier.
  for (const since of [rotated.block, rotated.block - 1]) {
    const compromised = await chain.send(call("revokeKey", ARM, third.id, since));
    assert.deepEqual(compromised.event("KeyCompromised"), { vendor: ARM, key: third.id, since });
    assert.deepEqual(compromised.event("VendorSuspended"), { vendor: ARM, since });
    await chain.refused("Alice", [call("revokeKey", ARM, third.id, since), "KeyRevoked"]);
    // There is nothing to go through: the next block has done so.
    const reinstated = ["VendorReinstated", { vendor: ARM }];
    assert.deepEqual(await chain.eventsOf(compromised.block + 1), [reinstated]);
  }
  assert.deepEqual((await keys())[third.id]!.status, { compromised: { since: rotated.block - 1 } });
  assert.equal((await vendor()).status, "Active");
});

test("an operator's credentials are voided by the time of their issue, and its key's loss suspends no vendor", async () => {
  const voided = await chain.send(call("voidCredentials", ARM, operator.id, 1_800_000_000));
  const expected = { vendor: ARM, key: operator.id, before: 1_800_000_000 };
  assert.deepEqual(voided.event("CredentialsVoided"), expected);
  await chain.refused(
    "Alice",
    [call("voidCredentials", ARM, operator.id, 1_800_000_000), "BadBlock"],
    [call("voidCredentials", ARM, author.id, 1_800_000_001), "KeyNotFound"],
  );
  const revoked = await chain.send(call("revokeKey", ARM, operator.id, voided.block));
  assert.deepEqual(revoked.events, [["KeyCompromised", { vendor: ARM, key: operator.id, since: voided.block }]]);
  await chain.refused("Alice", [call("voidCredentials", ARM, operator.id, 1_900_000_000), "KeyRevoked"]);
});

test("publishers are a set of accounts", async () => {
  const [alice, bob] = [chain.account("Alice"), chain.account("Bob")];
  const outcome = await chain.send(call("setPublishers", ARM, [bob.address, alice.address, bob.address]));
  const sorted = [alice, bob].sort((a, b) => Buffer.compare(a.publicKey, b.publicKey)).map(({ address }) => address);
  assert.deepEqual(outcome.event("PublishersSet"), { vendor: ARM, publishers: sorted });
  const many = Array.from({ length: 17 }, (_, index) => chain.address(`publisher-${index}`));
  await chain.refused("Alice", [call("setPublishers", ARM, many), "TooMany"]);
  await chain.refused("Bob", [call("setPublishers", ARM, []), "NotAuthorized"]);
});

test("a higher threshold is in force at once, a lower one after a day of blocks", async () => {
  const raised = await chain.send(call("setThreshold", ARM, 2));
  assert.deepEqual(raised.event("ThresholdSet"), { vendor: ARM, threshold: 2, from: raised.block });
  const lowered = await chain.send(call("setThreshold", ARM, 1));
  const from = lowered.block + POLICY_DELAY;
  assert.deepEqual(lowered.event("ThresholdSet"), { vendor: ARM, threshold: 1, from });
  const { threshold, pendingThreshold } = await vendor();
  assert.deepEqual([threshold, pendingThreshold], [2, [1, from]]);
  await chain.refused("Alice", [call("setThreshold", ARM, 0), "BadPolicy"], [call("setThreshold", ARM, 9), "BadPolicy"]);
});

test("a product is created with a policy of either version, written as a person would", async () => {
  const first = await chain.send(call("createProduct", ARM, "suit", V1));
  const suit = { vendor: ARM, class: "0x1492af1425695e48bf429b2d51f2ab45" };
  const policy1 = { v1: { threshold: 1, replicas: 1, retrieval: "Open" } };
  assert.deepEqual(first.event("ProductCreated"), { product: suit, className: "suit", policy: policy1 });

  const wanted = { threshold: 2, replicas: 3, retrieval: "VerifiedDevices", submission: "Accounts", frozen: true };
  const other = await chain.send(call("createProduct", ARM, "lamp", { V2: wanted }));
  assert.deepEqual(other.event("ProductCreated"), { product: LAMP, className: "lamp", policy: { v2: wanted } });

  await chain.refused(
    "Alice",
    [call("createProduct", ARM, "suit", V1), "AlreadyExists"],
    [call("createProduct", ARM, "", V1), "BadClassName"],
    [call("createProduct", ARM, "x".repeat(129), V1), "BadClassName"],
    [call("createProduct", ARM, "x", policy2({ threshold: 0 })), "BadPolicy"],
    [call("createProduct", ARM, "x", policy2({ threshold: 9 })), "BadPolicy"],
    [call("createProduct", ARM, "x", policy2({ replicas: 0 })), "BadPolicy"],
    [call("createProduct", ARM, "x", policy2({ replicas: 17 })), "BadPolicy"],
    [call("createProduct", NOBODY, "x", V1), "VendorNotFound"],
  );
  await chain.refused("Bob", [call("createProduct", ARM, "x", V1), "NotAuthorized"]);
});

test("of a policy, what is stricter is in force at once and what is laxer after a day of blocks", async () => {
  const current = { threshold: 2, replicas: 3, retrieval: "VerifiedDevices", submission: "Accounts", frozen: true };

  const strict = { ...current, threshold: 3 };
  const stricter = await chain.send(call("setPolicy", LAMP, { V2: strict }));
  assert.deepEqual(stricter.event("PolicySet"), { product: LAMP, policy: { v2: strict }, from: stricter.block });

  const lax = { ...strict, retrieval: "Open", frozen: false };
  const laxer = await chain.send(call("setPolicy", LAMP, { V2: lax }));
  const later = laxer.block + POLICY_DELAY;
  assert.deepEqual(laxer.event("PolicySet"), { product: LAMP, policy: { v2: lax }, from: later });
  const shown = await product();
  assert.deepEqual([shown.policy, shown.pendingPolicy], [{ v2: strict }, [{ v2: lax }, later]]);

  const both = { ...strict, threshold: 4, replicas: 1 };
  const mixed = await chain.send(call("setPolicy", LAMP, { V2: both }));
  assert.deepEqual(mixed.events, [
    ["PolicySet", { product: LAMP, policy: { v2: { ...strict, threshold: 4 } }, from: mixed.block }],
    ["PolicySet", { product: LAMP, policy: { v2: both }, from: mixed.block + POLICY_DELAY }],
  ]);

  await chain.refused(
    "Alice",
    [call("setPolicy", productId(ARM, "nothing"), V1), "ProductNotFound"],
    [call("setPolicy", LAMP, policy2({ threshold: 0 })), "BadPolicy"],
  );
  await chain.refused("Bob", [call("setPolicy", LAMP, V1), "NotAuthorized"]);
});

test("a vendor changes hands in two steps, and its old admin can publish no more", async () => {
  const [alice, bob] = [chain.address("Alice"), chain.address("Bob")];
  await chain.refused("Bob", [call("acceptVendor", ARM), "TransferNotFound"], [call("transferVendor", ARM, bob), "NotAuthorized"]);
  await chain.refused("Alice", [call("cancelTransfer", ARM), "TransferNotFound"]);

  const offered = await chain.send(call("transferVendor", ARM, bob));
  assert.deepEqual(offered.event("TransferOffered"), { vendor: ARM, to: bob });
  assert.equal((await vendor()).admin, hexAccount("Alice"), "he stays it until the other accepts");
  const cancelled = await chain.send(call("cancelTransfer", ARM));
  assert.deepEqual(cancelled.event("TransferCancelled"), { vendor: ARM });
  await chain.refused("Bob", [call("acceptVendor", ARM), "TransferNotFound"]);

  await chain.sendAll([call("transferVendor", ARM, bob)]);
  await chain.refused("Charlie", [call("acceptVendor", ARM), "TransferNotFound"]);
  const accepted = await chain.send(call("acceptVendor", ARM), "Bob");
  assert.deepEqual(accepted.event("VendorTransferred"), { vendor: ARM, from: alice, to: bob });
  const { admin, publishers } = await vendor();
  assert.deepEqual([admin, publishers], [hexAccount("Bob"), [hexAccount("Bob")]]);
  await chain.refused("Alice", [addKey(AuthorKey.generate()), "NotAuthorized"]);
});

/** An account as the runtime API gives it. */
function hexAccount(name: string): string {
  return hex(chain.account(name).publicKey);
}

test("a vendor retires after its products, and nothing of either comes back", async () => {
  await chain.refused("Bob", [call("retireVendor", ARM), "InUse"]);
  const suit = productId(ARM, "suit");
  const [first, last] = (await chain.sendAll([call("retireProduct", suit), call("retireProduct", LAMP)], "Bob")) as [
    Outcome,
    Outcome,
  ];
  assert.deepEqual(first.event("ProductRetired"), { product: suit });
  assert.deepEqual(last.event("ProductRetired"), { product: LAMP });
  await chain.refused(
    "Bob",
    [call("retireProduct", LAMP), "ProductRetired"],
    [call("setPolicy", LAMP, V1), "ProductRetired"],
    [call("createProduct", ARM, "lamp", V1), "AlreadyExists"],
  );

  const live = Object.entries(await keys()).filter(([, { status }]) => "live" in (status as object));
  assert.equal(live.length, 2, "the author's, and the one that is for later");
  const retired = await chain.send(call("retireVendor", ARM), "Bob");
  assert.deepEqual(retired.event("VendorRetired"), { vendor: ARM });
  const rotated = retired.events.filter(([name]) => name === "KeyRotated").map(([, { key }]) => key);
  assert.deepEqual(rotated.sort(), live.map(([id]) => id).sort());
  assert.deepEqual((await keys())[author.id]!.status, { rotated: { at: retired.block } });
  await chain.refused(
    "Bob",
    [call("retireVendor", ARM), "VendorNotActive"],
    [addKey(AuthorKey.generate()), "VendorNotActive"],
    [call("createProduct", ARM, "new", V1), "VendorNotActive"],
    [call("registerVendor", "arm.com"), "AlreadyExists"],
  );
});
