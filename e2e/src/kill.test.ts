// Nodes that die and uploads that break off: after a restart the release becomes available by itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { firmware } from "./lib/blocks.js";
import { CuttingProxy } from "./lib/cut.js";
import { suit, suitRefused } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { World } from "./lib/world.js";

const MIB = 1 << 20;

let world: World;

before(async () => {
  world = await World.up();
  await world.registerVendor();
  await world.createProduct("router", "open");
});

after(() => world.down());

/** Blocks of an image that a node still lacks. */
async function missing(gateway: string, root: string): Promise<number> {
  const response = await fetch(`${gateway}/suit/v1/missing/${root}`);
  if (!response.ok) return Number.POSITIVE_INFINITY;
  const { missing } = (await response.json()) as { missing: string[] };
  return missing.length;
}

async function publishWithoutBytes(sequence: number, size: number): Promise<{ file: string; root: string }> {
  const file = await world.writeFirmware(`router-${sequence}.bin`, firmware(`router/${sequence}`, size));
  const published = await world.publish("router", sequence, file, "--no-upload", "--no-wait");
  return { file, root: String(published.root) };
}

test("an upload cut off in the middle, on a node that is then killed, continues from where it stopped", async () => {
  const { file, root } = await publishWithoutBytes(1, 24 * MIB);
  const { gatewayUrl, rpcUrl } = world.registration;

  const proxy = await CuttingProxy.before(gatewayUrl, 10 * MIB);
  await suitRefused(rpcUrl, "upload", file, "--gateway", proxy.url);
  proxy.close();
  const left = await missing(gatewayUrl, root);
  assert.ok(left > 0 && left < 96, `${left} of 96 blocks are missing after the cut`);

  await world.network.kill("registration");
  await world.network.start("registration");
  const leftNow = await missing(gatewayUrl, root);
  assert.ok(leftNow <= left, "what was uploaded before the kill is still there");

  const uploaded = await suit(rpcUrl, "upload", file, "--gateway", gatewayUrl);
  assert.equal(Number(uploaded.blocksSent), leftNow, "only what was missing is sent again");
  await world.untilAvailable(world.registration, "router", 1);
});

test("a node killed while it fetches what falls to it fetches the rest after its restart", async () => {
  const { file, root } = await publishWithoutBytes(2, 64 * MIB);
  await suit(world.registration.rpcUrl, "upload", file, "--gateway", world.registration.gatewayUrl);
  await until("the retrieval node has begun to fetch", async () => {
    return (await missing(world.retrieval.gatewayUrl, root)) < 256;
  });
  await world.network.kill("retrieval");
  await world.network.start("retrieval");
  await world.untilAvailable(world.retrieval, "router", 2);
});

test("nodes killed when they hold the bytes but have not attested them attest after their restart", async () => {
  const { file, root } = await publishWithoutBytes(3, 2 * MIB);
  await suit(world.registration.rpcUrl, "upload", file, "--gateway", world.registration.gatewayUrl);
  await until("the registration node holds every block", async () => {
    return (await missing(world.registration.gatewayUrl, root)) === 0;
  });
  await world.network.kill("retrieval");
  await world.network.kill("registration");
  await world.network.start("registration");
  await world.network.start("retrieval");
  await world.untilAvailable(world.retrieval, "router", 3);
});
