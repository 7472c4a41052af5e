// An author with an unchanged @polkadot/api: calls, events and errors by their names, from metadata alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import type { SubmittableExtrinsic } from "@polkadot/api/types";
import type { EventRecord } from "@polkadot/types/interfaces";
import { Network } from "./lib/network.js";

let network: Network;
let api: ApiPromise;

before(async () => {
  network = await Network.up();
  const { rpcUrl } = await network.node("registration");
  api = await ApiPromise.create({
    provider: new WsProvider(rpcUrl),
    noInitWarn: true,
    rpc: { suit: { getChallenge: { description: "A challenge for one request", params: [], type: "Json" } } },
  });
});

after(async () => {
  await api?.disconnect();
  await network.down();
});

const alice = () => new Keyring({ type: "sr25519" }).addFromUri("//Alice");

/** Signs, sends, waits until it is final; answers its events, or the name of the error that it was refused with. */
function send(call: SubmittableExtrinsic<"promise">): Promise<{ events: EventRecord[]; error?: string }> {
  return new Promise((resolve, reject) => {
    call
      .signAndSend(alice(), ({ status, events, dispatchError, isError }) => {
        if (isError) reject(new Error(`the pool: ${status.type}`));
        if (!status.isFinalized) return;
        if (dispatchError === undefined) return resolve({ events });
        const error = dispatchError.isModule ? api.registry.findMetaError(dispatchError.asModule) : undefined;
        resolve({ events, error: error ? `${error.section}.${error.name}` : dispatchError.toString() });
      })
      .catch(reject);
  });
}

function event(events: EventRecord[], section: string, method: string): Record<string, unknown> {
  const found = events.find(({ event }) => event.section === section && event.method === method);
  assert.ok(found, `${section}.${method} is among the events`);
  return found.event.data.toHuman() as Record<string, unknown>;
}

test("a vendor is registered by its domain as text, and its id is the one that SUIT derives from it", async () => {
  const { events } = await send(api.tx.suitRegistry!.registerVendor!("arm.com"));
  const registered = event(events, "suitRegistry", "VendorRegistered");
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
  const created = event(events, "suitRegistry", "ProductCreated");
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
