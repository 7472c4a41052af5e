// What the council decides, on running nodes: who makes blocks, whether there is publishing, which code runs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { RuntimeVersion } from "@polkadot/types/interfaces";
import { firmware } from "./lib/blocks.js";
import { Chain } from "./lib/chain.js";
import { decide } from "./lib/council.js";
import type { NodeInfo } from "./lib/network.js";
import { NEXT_RUNTIME } from "./lib/paths.js";
import { rpc } from "./lib/rpc.js";
import { run } from "./lib/run.js";
import { suit, suitRefused } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { DOMAIN, World } from "./lib/world.js";

// Alice and Bob make blocks at first; the newcomer has no key in genesis.
const NODES = "registration,registration-2,newcomer=registration,retrieval";
const ROUTER = "router";
const SESSION = 5;

let world: World;
let newcomer: NodeInfo;
let chain: Chain;

before(async () => {
  world = await World.up("--chain", "local", "--nodes", NODES);
  newcomer = await world.network.node("newcomer");
  chain = await Chain.connect(world.retrieval.rpcUrl);
  await world.registerVendor();
  await world.createProduct(ROUTER, "open");
});

after(async () => {
  await chain?.close();
  await world.down();
});

const nodes = async () => Promise.all(NODES.split(",").map((spec) => world.network.node(spec.split("=")[0]!)));

async function finalised(node: NodeInfo): Promise<number> {
  const head = await rpc(node.httpUrl, "chain_getFinalizedHead");
  return Number((await rpc(node.httpUrl, "chain_getHeader", head)).number);
}

/** Waits until every node has finalised so many blocks more. */
async function untilFinalityGoesOn(blocks: number): Promise<void> {
  const goesOn = async (node: NodeInfo) => {
    const goal = (await finalised(node)) + blocks;
    await until(`${node.name} has finalised block ${goal}`, async () => (await finalised(node)) >= goal);
  };
  await Promise.all((await nodes()).map(goesOn));
}

/** Who made the newest final blocks. */
async function authors(blocks: number): Promise<Set<string>> {
  const newest = await finalised(world.retrieval);
  const made = new Set<string>();
  for (let number = newest - blocks + 1; number <= newest; number++) {
    const header = await chain.api.derive.chain.getHeader(await chain.api.rpc.chain.getBlockHash(number));
    made.add(String(header.author));
  }
  return made;
}

const setId = async () => Number(await chain.api.query.grandpa!.currentSetId!());
const makers = async () => ((await chain.api.query.session!.validators!()) as any).map(String) as string[];

test("a node whose keys the council adds makes blocks and finalises them, without a restart", async () => {
  const dave = chain.account("Dave");
  const before = await setId();
  const owner = `0x${Buffer.from(dave.publicKey).toString("hex")}`;
  const { keys, proof } = await rpc(newcomer.httpUrl, "author_rotateKeysWithOwner", owner);
  assert.equal(await decide(chain, chain.api.tx.registrars!.addRegistrar!(dave.address)), "registrars.KeysNotSet");
  await chain.done(chain.api.tx.session!.setKeys!(keys, proof), "Dave");
  assert.equal(await decide(chain, chain.api.tx.registrars!.addRegistrar!(dave.address)), undefined);

  await until("the newcomer is in the set", async () => (await makers()).includes(dave.address));
  await until("the newcomer has made a block that is final", async () => (await authors(4)).has(dave.address));
  // Three nodes finalise only what all three vote for: from here on nothing is final without the newcomer.
  assert.equal(await setId(), before + 1);
  await untilFinalityGoesOn(3);
});

test("sessions in which nothing changes leave GRANDPA's set as it is", async () => {
  const before = await setId();
  await untilFinalityGoesOn(2 * SESSION + 1);
  assert.equal(await setId(), before);
});

test("a node that the council removes makes no more blocks, and goes on as a general node", async () => {
  const alice = chain.account("Alice");
  assert.equal(await decide(chain, chain.api.tx.registrars!.removeRegistrar!(alice.address)), undefined);
  await until("the removed node is out of the set", async () => !(await makers()).includes(alice.address));
  await untilFinalityGoesOn(6);
  const made = await authors(5);
  assert.equal(made.has(alice.address), false);
  assert.equal(made.size, 2);
  // It follows the chain: untilFinalityGoesOn has asked it, too. Nobody needs it any longer.
  await world.network.kill("registration");
  const goal = (await finalised(world.retrieval)) + 3;
  await until("blocks are final without it", async () => (await finalised(world.retrieval)) >= goal);
  await world.network.start("registration");
});

test("while publishing is paused nobody publishes, devices are served, and afterwards it goes on", async () => {
  const product = ["product", "show", DOMAIN, ROUTER];
  await world.publish(ROUTER, 1, await world.writeFirmware("router-1.bin", firmware("router/1", 300_000)));
  await world.untilAvailable(world.retrieval, ROUTER, 1);
  const file = await world.writeFirmware("router-2.bin", firmware("router/2", 300_000));

  const names = ["publish", "publish_authorized"].map((call) => ["SuitRegistry", call]);
  for (const name of names) assert.equal(await decide(chain, chain.api.tx.txPause!.pause!(name)), undefined);
  assert.equal(await decide(chain, chain.api.tx.txPause!.pause!(["SuitReplication", "attest"])), "txPause.Unpausable");

  const refused = await suitRefused(world.registration.rpcUrl, ...world.publishArgs(ROUTER, 2, file));
  assert.notEqual(refused.kind, "Misuse", refused.message);
  const shown = await suit(world.retrieval.rpcUrl, ...product);
  assert.equal(String(shown.highestPublished), "1");
  // JSON-RPC for the manifest, HTTP for the bytes.
  const updated = await suit(world.retrieval.rpcUrl, ...world.updateArgs(ROUTER, "device", world.retrieval.httpUrl));
  assert.equal(updated.status, "updated");

  for (const name of names) assert.equal(await decide(chain, chain.api.tx.txPause!.unpause!(name)), undefined);
  await world.publish(ROUTER, 2, file);
  await world.untilAvailable(world.retrieval, ROUTER, 2);
});

test("code that the council authorised runs on every node, handed in by nobody in particular", async () => {
  const built = await run(NEXT_RUNTIME, []);
  assert.equal(built.code, 0, built.stderr);
  const code = await readFile(built.stdout.trim());
  const runs = async (node: NodeInfo) => Number((await rpc(node.httpUrl, "state_getRuntimeVersion")).specVersion);
  const version = await runs(world.retrieval);
  const handIn = () => chain.api.tx.system!.applyAuthorizedUpgrade!(`0x${code.toString("hex")}`);

  // At another node: a pool does not look again at what it has refused, for half an hour.
  const early = rpc(newcomer.httpUrl, "author_submitExtrinsic", handIn().toHex());
  await assert.rejects(early, /1010/, "nobody has authorised it yet");
  const hash = chain.api.registry.hash(code);
  assert.equal(await decide(chain, chain.api.tx.governance!.authorizeUpgrade!(hash)), undefined);
  await chain.api.rpc.author.submitExtrinsic(handIn());

  for (const node of await nodes()) {
    await until(`${node.name} runs the new code`, async () => (await runs(node)) === version + 1);
    // What the code itself says, and not only the section that describes it.
    const said = await rpc(node.httpUrl, "state_call", "Core_version", "0x");
    const { specVersion } = chain.api.registry.createType<RuntimeVersion>("RuntimeVersion", said);
    assert.equal(specVersion.toNumber(), version + 1);
  }
  await untilFinalityGoesOn(SESSION + 1);

  // Transactions name the version of the code that they are for, and the code checks it.
  const fresh = await Chain.connect(world.retrieval.rpcUrl);
  try {
    await fresh.done(fresh.api.tx.system!.remark!("0x"));
  } finally {
    await fresh.close();
  }
});
