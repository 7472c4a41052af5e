// What nodes do with the bytes on their disks while nobody asks for them.

import assert from "node:assert/strict";
import { access, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { rawCid, firmware } from "./lib/blocks.js";
import type { NodeInfo } from "./lib/network.js";
import { suit } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { DOMAIN, World } from "./lib/world.js";

const LEAF = 262_144;
const SIZE = 8 * LEAF;
// Quicker than anybody would have it: 64 MiB read through a second, 5 seconds of grace.
const UPKEEP = ["--node-arg=--scrub-rate=64", "--node-arg=--collect-after=5"];

let world: World;

before(async () => {
  world = await World.up(...UPKEEP);
  await world.registerVendor();
  await world.createProduct("router", "open");
});

after(() => world.down());

/** Where a node keeps an image that it has in full. */
async function place(node: NodeInfo, root: string): Promise<string> {
  const chains = join(node.basePath, "chains");
  const [chain] = await readdir(chains);
  return join(chains, chain!, "suit", "complete", root);
}

async function keeps(node: NodeInfo, root: string): Promise<boolean> {
  return access(await place(node, root)).then(
    () => true,
    () => false,
  );
}

async function metric(node: NodeInfo, name: string): Promise<number> {
  const text = await (await fetch(node.prometheusUrl)).text();
  const line = text.split("\n").find((line) => line.startsWith(name) && "{ ".includes(line[name.length]!));
  assert.ok(line, `${name} is among the metrics`);
  return Number(line.split(" ").at(-1));
}

async function publish(sequence: number, image: Buffer): Promise<string> {
  const file = await world.writeFirmware(`router-${sequence}.bin`, image);
  const published = await world.publish("router", sequence, file);
  await world.untilAvailable(world.retrieval, "router", sequence);
  return String(published.root);
}

test("a byte that flips on a disk is found while nobody asks for it, and mended from another node", async () => {
  const image = firmware("router/1", SIZE);
  const root = await publish(1, image);
  const { retrieval } = world;
  await until("the node has the image in full", () => keeps(retrieval, root));
  const file = join(await place(retrieval, root), "image");
  const before = await metric(retrieval, "suit_store_damaged_blocks_total");

  const disk = await open(file, "r+");
  await disk.write(Buffer.from([image[3 * LEAF + 7]! ^ 1]), 0, 1, 3 * LEAF + 7);
  await disk.close();

  await until("the damage is found", async () => {
    return (await metric(retrieval, "suit_store_damaged_blocks_total")) > before;
  });
  await until("the image is whole again", async () => {
    return (await keeps(retrieval, root)) && (await readFile(file)).equals(image);
  });
  const leaf = rawCid(image.subarray(3 * LEAF, 4 * LEAF));
  const served = await fetch(`${retrieval.gatewayUrl}/ipfs/${leaf}`);
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), image.subarray(3 * LEAF, 4 * LEAF));
});

test("what no live release names goes from every disk, and what a live one shares with it stays", async () => {
  const old = firmware("router/2", SIZE);
  // The first half is the same, leaf for leaf.
  const next = Buffer.concat([old.subarray(0, SIZE / 2), firmware("router/3", SIZE / 2)]);
  const [gone, stays] = [await publish(2, old), await publish(3, next)];
  const nodes = [world.registration, world.retrieval];
  for (const node of nodes) await until(`${node.name} has both`, async () => (await keeps(node, gone)) && keeps(node, stays));

  await suit(world.registration.rpcUrl, "release", "revoke", DOMAIN, "router", "--sequence", "2", "--suri", "//Alice");

  for (const node of nodes) {
    await until(`${node.name} has let it go`, async () => !(await keeps(node, gone)));
    await until("it is counted", async () => (await metric(node, "suit_store_collected_images_total")) >= 1);
    assert.deepEqual(await readFile(join(await place(node, stays), "image")), next);
    const refused = await fetch(`${node.gatewayUrl}/ipfs/${rawCid(old.subarray(SIZE - LEAF))}`);
    assert.equal(refused.status, 404);
    const shared = await fetch(`${node.gatewayUrl}/ipfs/${rawCid(old.subarray(0, LEAF))}`);
    assert.deepEqual(Buffer.from(await shared.arrayBuffer()), old.subarray(0, LEAF));
  }
});

test("`suit network replicas` says who holds what, and of a node that is gone that it is silent", async () => {
  const root = await publish(4, firmware("router/4", SIZE));
  const replicas = async () => {
    const shown = await suit(world.registration.rpcUrl, "network", "replicas", DOMAIN, "router");
    return (shown.releases as any[]).find((release) => release.sequenceNumber === "4");
  };
  const nodes = [world.registration, world.retrieval].map((node) => node.gatewayUrl).sort();
  const all = await until("both hold it", async () => {
    const release = await replicas();
    return release.held === 2 && release;
  });
  assert.deepEqual([all.wanted, all.status], [2, "Available"]);
  assert.deepEqual(all.nodes.map((node: any) => node.gateway).sort(), nodes);
  assert.ok(all.nodes.every((node: any) => node.standing === "holds" && node.onDuty));

  await world.network.kill("retrieval");
  const less = await until("the dead node's holding has lapsed", async () => {
    const release = await replicas();
    return release.held === 1 && release;
  });
  const dead = less.nodes.find((node: any) => node.gateway === world.retrieval.gatewayUrl);
  assert.deepEqual([dead.live, dead.standing, less.status], [false, "silent", "Available"]);
  await world.network.start("retrieval");
  await until("it holds it again", async () => (await replicas()).held === 2);
  assert.ok(await keeps(world.retrieval, root));
});
