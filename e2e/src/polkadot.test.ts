// An author with an unchanged @polkadot/api: calls, events and errors by their names, from metadata alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ApiPromise } from "@polkadot/api";
import { account, connect, event, send as sendBy, type Call } from "./lib/chain.js";
import { Network } from "./lib/network.js";

let network: Network;
let api: ApiPromise;

before(async () => {
  network = await Network.up();
  const { rpcUrl } = await network.node("registration");
  api = await connect(rpcUrl, {
    suit: { getChallenge: { description: "A challenge for one request", params: [], type: "Json" } },
  });
});

after(async () => {
  await api?.disconnect();
  await network.down();
});

const send = (call: Call) => sendBy(api, call, account("Alice"));

test("a vendor is registered by its domain as text, and its id is the one that SUIT derives from it", async () => {
  const { events } = await send(api.tx.suitRegistry!.registerVendor!("arm.com"));
  const registered = event(events, "suitRegistry", "VendorRegistered").toHuman();
  assert.equal(registered.vendor, "0xfa6b4a53d5ad5fdfbe9de663e4d41ffe");
  assert.equal(registered.domain, "arm.com");
});

test("a second registration and a bad domain are refused by the names of their errors", async () => {
  const again = await send(api.tx.suitRegistry!.registerVendor!("arm.com"));
  assert.equal(again.error, "suitRegistry.AlreadyExists");
  const bad = await send(api.tx.suitRegistry!.registerVendor!("ARM.com"));
  assert.equal(bad.error, "suitRegistry.BadDomain");
});

test("a product is created with a policy that a person can fill in", async () => {
  const policy = { V1: { threshold: 1, replicas: 2, retrieval: "Open" } };
  const vendor = "0xfa6b4a53d5ad5fdfbe9de663e4d41ffe";
  const { events } = await send(api.tx.suitRegistry!.createProduct!(vendor, "suit", policy));
  const created = event(events, "suitRegistry", "ProductCreated").toHuman();
  assert.deepEqual(created.product, { vendor, class: "0x1492af1425695e48bf429b2d51f2ab45" });
});

test("something that is no envelope is refused, and nothing is published", async () => {
  const { error } = await send(api.tx.suitRegistry!.publish!("0x00", []));
  assert.equal(error, "suitRegistry.MalformedEnvelope");
  assert.equal((await api.query.suitRegistry!.nextReleaseId!()).toString(), "0");
});

test("a custom method of the node is reached through the same connection", async () => {
  const { challenge } = (await (api.rpc as any).suit.getChallenge()).toJSON() as { challenge: string };
  assert.equal(challenge.length, 2 + 2 * 41);
});
