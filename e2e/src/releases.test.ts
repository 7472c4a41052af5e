// Releases by calls of a publisher account and of the vendor's admin: published, withheld, offered again, withdrawn, and
// what becomes of them when their keys are revoked. The author's tools are node:crypto and a few lines of CBOR.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AuthorKey, hex, sha256 } from "./lib/authorkey.js";
import { firmware, rawCid } from "./lib/blocks.js";
import { Chain, type Outcome } from "./lib/chain.js";
import { stripped, stuffed } from "./lib/envelope.js";
import { envelope, type Envelope, type Image } from "./lib/manifest.js";
import { productId, vendorId } from "./lib/names.js";
import { Network, type NodeInfo } from "./lib/network.js";
import { until } from "./lib/wait.js";

const VENDOR = vendorId("lamps.example");
const LAMP = productId(VENDOR, "lamp");
const STRICT = productId(VENDOR, "strict");

const author = AuthorKey.generate("P-256");
const second = AuthorKey.generate("Ed25519");
const third = AuthorKey.generate("P-256");
const fourth = AuthorKey.generate("Ed25519");
const stranger = AuthorKey.generate("P-256");

let network: Network;
let node: NodeInfo;
let chain: Chain;

before(async () => {
  network = await Network.up("--nodes", "registration");
  node = await network.node("registration");
  chain = await Chain.connect(node.rpcUrl);
  const policy = { threshold: 1, replicas: 1, retrieval: "Open" };
  const strict = { ...policy, threshold: 2, submission: "Intents", frozen: true };
  await chain.sendAll([
    call("registerVendor", "lamps.example"),
    addKey(author),
    addKey(second),
    call("createProduct", VENDOR, "lamp", { V1: policy }),
    call("createProduct", VENDOR, "strict", { V2: strict }),
    call("setPublishers", VENDOR, [chain.address("Bob")]),
  ]);
});

after(async () => {
  await chain?.close();
  await network?.down();
});

const call = (name: string, ...args: unknown[]) => chain.registry[name]!(...args);
const addKey = (key: AuthorKey) => call("addKey", VENDOR, key.coseKey, "Manifests", null, null);
const carried = (sequence: number): Image => ({ bytes: Buffer.from(`the light's firmware, release ${sequence}`) });
const publish = (release: Envelope, roots: object[] = []) => call("publish", hex(release.bytes), roots);

function lamp(sequence: number, ...signers: AuthorKey[]): Envelope {
  return envelope(LAMP, sequence, carried(sequence), signers);
}

/** The runtime API's answer as plain values. */
async function ask(method: string, ...args: unknown[]): Promise<any> {
  return (await chain.api.call.suitRegistryApi![method]!(...args)).toPrimitive();
}

/** Sequence number of the release that is offered, where one is. */
async function offered(): Promise<number | undefined> {
  return (await ask("latest", LAMP)).release?.release.v1.sequenceNumber;
}

/** Which release an event is about. */
const about = (release: number, sequenceNumber: number) => ({ release, product: LAMP, sequenceNumber });

test("a publisher account publishes an envelope as bytes, and what it carries itself is offered at once", async () => {
  const release = lamp(1, author);
  const outcome = await chain.send(publish(release), "Bob");
  assert.deepEqual(outcome.event("ReleasePublished"), {
    ...about(0, 1),
    manifestDigest: { algorithm: "Sha256", bytes: release.manifestDigest },
    envelopeDigest: release.digest,
    signers: [author.id],
    roots: [],
    publisher: chain.address("Bob"),
  });
  assert.deepEqual(outcome.event("ReleaseAvailable"), about(0, 1));
  assert.deepEqual(outcome.event("LatestChanged"), { product: LAMP, release: 0 });
  assert.equal(await offered(), 1);
  assert.equal((await chain.api.query.suitRegistry!.envelopes!(0)).toString(), hex(release.bytes));
});

test("what may not be published is refused by the name of the reason, and no number is burnt", async () => {
  const good = lamp(2, author);
  await chain.refused("Charlie", [publish(good), "NotAuthorized"]);
  // The admin took himself off the list.
  await chain.refused("Alice", [publish(good), "NotAuthorized"]);
  const other = envelope(productId(VENDOR, "other"), 1, carried(1), [author]);
  const foreign = envelope(productId(vendorId("other.example"), "lamp"), 1, carried(1), [author]);
  await chain.refused(
    "Bob",
    [call("publish", "0x00", []), "MalformedEnvelope"],
    [publish(lamp(1, author)), "SequenceNumberNotGreater"],
    [publish(lamp(2 + 2 ** 32, author)), "SequenceNumberStepTooLarge"],
    [publish(lamp(2, stranger)), "SignatureNotValid"],
    [publish(lamp(2)), "SignatureNotValid"],
    [call("publish", hex(stripped(good.bytes)), []), "SignatureNotValid"],
    [call("publish", hex(stuffed(good.bytes)), []), "EnvelopeStuffed"],
    [publish(other), "ProductNotFound"],
    [publish(foreign), "VendorNotFound"],
    [publish(envelope(STRICT, 1, carried(1), [author, second])), "ProductFrozen"],
  );
  assert.equal((await ask("product", LAMP)).highestPublished, 1);
});

test("a dry run gives every reason for refusal at once, and nothing where it would be published", async () => {
  const elsewhere = { bytes: carried(1).bytes, uri: "https://lamps.example/strict.bin" };
  const bad = envelope(STRICT, 2 ** 41, elsewhere, [author]);
  const charlie = hex(chain.account("Charlie").publicKey);
  const { refusals, products, sequenceNumber } = await ask("dryRunPublish", charlie, hex(bad.bytes), []);
  assert.deepEqual([...refusals].sort(), [
    "NotAuthorized",
    "PayloadRootMissing",
    "ProductFrozen",
    "SequenceNumberStepTooLarge",
    "SubmissionNotAllowed",
    "ThresholdNotMet",
  ]);
  assert.deepEqual([products, sequenceNumber], [[STRICT], 2 ** 41]);

  const good = hex(lamp(2, author).bytes);
  const accepted = await ask("dryRunPublish", hex(chain.account("Bob").publicKey), good, []);
  assert.deepEqual(accepted, { refusals: [], products: [LAMP], sequenceNumber: 2 });
});

test("a release whose bytes lie elsewhere names their root alongside, and is offered once a node holds them", async () => {
  const image = { bytes: firmware("lamp/2", 100_000), uri: "https://lamps.example/lamp-2.bin" };
  const release = envelope(LAMP, 2, image, [author]);
  const root = { codec: "Raw", digest: hex(sha256(image.bytes)) };
  const given = { componentIndex: 0, root, storedSize: 100_000 };
  await chain.refused(
    "Bob",
    [publish(release), "PayloadRootMissing"],
    [publish(release, [{ ...given, componentIndex: 1 }]), "PayloadRootMissing"],
    [publish(release, [{ ...given, storedSize: 99_999 }]), "PayloadRootMismatch"],
    [publish(release, [given, given]), "PayloadRootMismatch"],
  );

  const outcome = await chain.send(publish(release, [given]), "Bob", true);
  assert.deepEqual(outcome.event("ReleasePublished").roots, [root]);
  assert.equal(await offered(), 1, "its bytes are nowhere yet");
  await until("the node takes the block", async () => {
    const url = `${node.gatewayUrl}/ipfs/${rawCid(image.bytes)}`;
    return (await fetch(url, { method: "PUT", body: new Uint8Array(image.bytes) })).status === 201;
  });
  await until("release 2 is offered", async () => (await offered()) === 2);
});

test("a release is withheld and offered again by the vendor", async () => {
  await chain.sendAll([publish(lamp(3, author, second))], "Bob");
  await chain.refused(
    "Alice",
    [call("resumeRelease", LAMP, 3), "ReleaseNotSuspended"],
    [call("suspendRelease", LAMP, 9), "ReleaseNotFound"],
  );
  await chain.refused("Bob", [call("suspendRelease", LAMP, 3), "NotAuthorized"]);

  const suspended = await chain.send(call("suspendRelease", LAMP, 3));
  assert.deepEqual(suspended.event("ReleaseSuspended"), { ...about(2, 3), suspension: "Vendor" });
  assert.deepEqual(suspended.event("LatestChanged"), { product: LAMP, release: 1 });
  assert.equal(await offered(), 2);
  await chain.refused("Alice", [call("suspendRelease", LAMP, 3), "ReleaseSuspended"]);

  const resumed = await chain.send(call("resumeRelease", LAMP, 3));
  assert.deepEqual(resumed.event("ReleaseResumed"), about(2, 3));
  assert.deepEqual(resumed.event("LatestChanged"), { product: LAMP, release: 2 });
  assert.equal(await offered(), 3);
});

test("devices below a stepping stone are sent to it first", async () => {
  const next = async (installed: number | null) => {
    return (await ask("nextRelease", LAMP, installed)).release.release.v1.sequenceNumber;
  };
  assert.equal(await next(1), 3);
  const declared = await chain.send(call("setSteppingStone", LAMP, 2, true));
  const stone = { product: LAMP, sequenceNumber: 2, declared: true };
  assert.deepEqual(declared.event("SteppingStoneSet"), stone);
  assert.deepEqual([await next(1), await next(2), await next(null)], [2, 3, 3]);
  await chain.refused(
    "Alice",
    [call("setSteppingStone", LAMP, 2, true), "AlreadyExists"],
    [call("setSteppingStone", LAMP, 1, false), "ReleaseNotFound"],
    [call("setSteppingStone", LAMP, 9, true), "ReleaseNotFound"],
  );
  const withdrawn = await chain.send(call("setSteppingStone", LAMP, 2, false));
  assert.deepEqual(withdrawn.event("SteppingStoneSet"), { ...stone, declared: false });
  assert.equal(await next(1), 3);
});

test("a revoked release never comes back, and the one before it is offered", async () => {
  const revoked = await chain.send(call("revokeRelease", LAMP, 3));
  assert.deepEqual(revoked.event("ReleaseRevoked"), about(2, 3));
  assert.deepEqual(revoked.event("LatestChanged"), { product: LAMP, release: 1 });
  assert.equal(await offered(), 2);
  assert.ok((await chain.api.query.suitRegistry!.envelopes!(2)).isEmpty, "its envelope is gone");
  await chain.refused(
    "Alice",
    [call("revokeRelease", LAMP, 3), "ReleaseRevoked"],
    [call("suspendRelease", LAMP, 3), "ReleaseRevoked"],
    [call("resumeRelease", LAMP, 3), "ReleaseRevoked"],
    [call("setSteppingStone", LAMP, 3, true), "ReleaseRevoked"],
  );
  await chain.refused("Bob", [publish(lamp(3, author)), "SequenceNumberNotGreater"]);
});

test("a rotated key signs no more, and what it signed stays offered", async () => {
  await chain.sendAll([publish(lamp(4, second))], "Bob");
  await chain.sendAll([call("rotateKey", VENDOR, second.id, third.coseKey)]);
  assert.equal(await offered(), 4);
  await chain.refused("Bob", [publish(lamp(5, second)), "SignatureNotValid"]);

  const published = await chain.send(publish(lamp(5, third)), "Bob");
  assert.deepEqual(published.event("ReleasePublished").signers, [third.id]);
  await chain.sendAll([call("revokeKey", VENDOR, third.id, null)]);
  assert.equal(await offered(), 5);
  await chain.refused("Bob", [publish(lamp(6, third)), "SignatureNotValid"]);
});

test("after a compromise what lost its signers falls for ever, and what another key carried stands", async () => {
  await chain.sendAll([addKey(fourth)]);
  const [stands, falls] = (await chain.sendAll([publish(lamp(6, author, fourth)), publish(lamp(7, author))], "Bob")) as [
    Outcome,
    Outcome,
  ];
  assert.equal(await offered(), 7);
  const since = stands.block;

  // From the very next call on, the vendor publishes nothing.
  const revoke = call("revokeKey", VENDOR, author.id, since);
  const together = chain.api.tx.utility!.batchAll!([
    call("setPublishers", VENDOR, [chain.address("Alice")]),
    revoke,
    publish(lamp(8, fourth)),
  ]);
  assert.equal((await chain.send(together)).error, "suitRegistry.VendorNotActive");

  const outcome = await chain.send(revoke);
  assert.deepEqual(outcome.events, [
    ["KeyCompromised", { vendor: VENDOR, key: author.id, since }],
    ["VendorSuspended", { vendor: VENDOR, since }],
  ]);
  const at = await chain.api.at(await chain.api.rpc.chain.getBlockHash(outcome.block));
  const then = await at.call.suitRegistryApi!.latest!(LAMP);
  assert.equal(then.toString(), "VendorSuspended", "nothing is offered in the block itself");

  const reviewed = await chain.eventsOf(outcome.block + 1);
  const [fallen, latest] = ["ReleaseSuspended", "LatestChanged"].map((name) => {
    const fields = reviewed.filter(([event]) => event === name).map(([, fields]) => fields);
    assert.equal(fields.length, 1, `one ${name} among ${JSON.stringify(reviewed)}`);
    return fields[0];
  });
  assert.ok(falls.block >= since);
  assert.deepEqual(fallen, { ...about(6, 7), suspension: "Compromise" });
  assert.deepEqual(latest, { product: LAMP, release: 5 });
  assert.deepEqual(reviewed.at(-1), ["VendorReinstated", { vendor: VENDOR }]);
  assert.equal(await offered(), 6);
  await chain.refused(
    "Alice",
    [call("resumeRelease", LAMP, 7), "ReleaseNotSuspended"],
    [call("suspendRelease", LAMP, 7), "ReleaseSuspended"],
  );
  await chain.refused("Bob", [publish(lamp(8, author)), "SignatureNotValid"]);
});

test("the history tells of every release what became of it, page by page", async () => {
  const rows = async (before: number | null, limit: number) => {
    const entries = (await ask("history", LAMP, before, limit)) as any[];
    return entries.map(({ ordinal, record, kept, suspension }) => {
      const { sequenceNumber, status } = record.v1;
      return [ordinal, sequenceNumber, status, kept, suspension];
    });
  };
  const all = [
    [6, 7, "Suspended", true, "Compromise"],
    [5, 6, "Available", true, null],
    [4, 5, "Available", true, null],
    [3, 4, "Available", true, null],
    [2, 3, "Revoked", false, null],
    [1, 2, "Available", true, null],
    [0, 1, "Available", true, null],
  ];
  assert.deepEqual(await rows(null, 64), all);
  assert.deepEqual(await rows(null, 2), all.slice(0, 2));
  assert.deepEqual(await rows(5, 3), all.slice(2, 5));
});

test("a product retires when none of its releases is kept, and takes none any more", async () => {
  await chain.refused("Alice", [call("retireProduct", LAMP), "InUse"]);
  await chain.sendAll([1, 2, 4, 5, 6, 7].map((sequence) => call("revokeRelease", LAMP, sequence)));
  assert.equal(await offered(), undefined);
  const retired = await chain.send(call("retireProduct", LAMP));
  assert.deepEqual(retired.event("ProductRetired"), { product: LAMP });
  await chain.refused("Bob", [publish(lamp(8, fourth)), "ProductRetired"]);
  await chain.refused("Alice", [call("retireProduct", LAMP), "ProductRetired"]);
});
