// What an unchanged @polkadot/api finds in the node's metadata: calls with their texts, the runtime API, view functions.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hex } from "./lib/authorkey.js";
import { Chain } from "./lib/chain.js";
import { productId, vendorId } from "./lib/names.js";
import { Network } from "./lib/network.js";
import { viewFunction } from "./lib/view.js";

const VENDOR = vendorId("arm.com");
const PRODUCT = productId(VENDOR, "suit");
const POLICY = { V1: { threshold: 1, replicas: 1, retrieval: "Open" } };

let network: Network;
let chain: Chain;

before(async () => {
  network = await Network.up("--nodes", "registration", "--no-register");
  const { rpcUrl } = await network.node("registration");
  chain = await Chain.connect(rpcUrl, {
    rpc: { suit: { getChallenge: { description: "A challenge for one request", params: [], type: "Json" } } },
  });
  const { registerVendor, createProduct } = chain.registry;
  await chain.sendAll([registerVendor!("arm.com"), createProduct!(VENDOR, "suit", POLICY)]);
});

after(async () => {
  await chain?.close();
  await network?.down();
});

const names = (of: object) => Object.keys(of).sort();
const argumentsOf = (call: string) => chain.registry[call]!.meta.args.map(({ name }) => name.toString());

test("the node serves metadata of version 16, which has the runtime API and the view functions", () => {
  assert.equal(chain.api.runtimeMetadata.version, 16);
});

test("every call, event and error has a text that says what it is", () => {
  const { tx, events, errors } = chain.api;
  const described: [string, { meta: { docs: { toString(): string }[] } }][] = [
    ...Object.entries(tx.suitRegistry!),
    ...Object.entries(events.suitRegistry!),
    ...Object.entries(errors.suitRegistry!),
  ];
  assert.ok(described.length > 100, `${described.length} are described`);
  for (const [name, { meta }] of described) {
    assert.match(meta.docs.map(String).join(" "), /^ ?[A-Z].{10,}/, `${name} has a text`);
  }
});

test("a call's text names its parameters, events and errors, and its arguments have names that people can read", () => {
  const text = chain.registry.publish!.meta.docs.map(String).join("\n");
  for (const part of ["# Parameters", "`envelope`", "`roots`", "# Events", "# Errors", "# Complexity"]) {
    assert.ok(text.includes(part), `${part} stands in the text of publish`);
  }
  assert.deepEqual(argumentsOf("publish"), ["envelope", "roots"]);
  assert.deepEqual(argumentsOf("addKey"), ["vendor", "coseKey", "usage", "from", "until"]);
  assert.deepEqual(argumentsOf("revokeKey"), ["vendor", "key", "compromisedSince"]);
  assert.deepEqual(argumentsOf("setPolicy"), ["product", "policy"]);
});

test("the runtime API is there by its names, without any definition of ours", async () => {
  const methods = [
    ...["dryRunPublish", "dryRunPublishAuthorized", "envelope", "handovers", "history", "key", "keys", "latest"],
    ...["nextRelease", "product", "products", "release", "releaseById", "vendor", "vendors", "wantedRoot"],
  ];
  assert.deepEqual(names(chain.api.call.suitRegistryApi!), methods);
  assert.deepEqual(names(chain.api.call.suitReplicationApi!), ["duty", "holders", "node", "nodes", "period"]);
  const latest = await chain.api.call.suitRegistryApi!.latest!(PRODUCT);
  assert.deepEqual(latest.toHuman(), { NoRelease: { highestPublished: null } });
  const unknown = await chain.api.call.suitRegistryApi!.latest!(productId(VENDOR, "nothing"));
  assert.equal(unknown.toHuman(), "UnknownProduct");
});

test("view functions answer as the runtime API does", async () => {
  const { suitRegistryApi } = chain.api.call;
  const view = (name: string, ...args: unknown[]) => viewFunction(chain.api, "SuitRegistry", name, ...args);
  for (const [name, method, args] of [
    ["latest", "latest", [PRODUCT]],
    ["next_release", "nextRelease", [PRODUCT, 3]],
    ["history", "history", [PRODUCT, null, 10]],
    ["vendor", "vendor", [VENDOR]],
    ["product", "product", [PRODUCT]],
    ["products", "products", [VENDOR, null, 10]],
    ["keys", "keys", [VENDOR, null, 10]],
    ["dry_run_publish", "dryRunPublish", [hex(chain.account("Alice").publicKey), "0x00", []]],
    ["dry_run_publish_authorized", "dryRunPublishAuthorized", ["0x00", "0x00"]],
  ] as [string, string, unknown[]][]) {
    const answer = await suitRegistryApi![method]!(...args);
    assert.equal((await view(name, ...args)).toHex(), answer.toHex(), name);
  }
  const vendor = (await view("vendor", VENDOR)).toHuman() as { domain: string; status: string };
  assert.equal(vendor.domain, "arm.com");
  assert.equal(vendor.status, "Active");
});

test("a custom method of the node is reached through the same connection", async () => {
  const { challenge } = (await (chain.api.rpc as any).suit.getChallenge()).toJSON() as { challenge: string };
  assert.equal(challenge.length, 2 + 2 * 41);
});
