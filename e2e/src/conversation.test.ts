// The device conversation under attack: each refusal by its own kind and code.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { firmware } from "./lib/blocks.js";
import { Meddler } from "./lib/meddler.js";
import { rpc, RpcRefused } from "./lib/rpc.js";
import { suit, suitRefused } from "./lib/suit.js";
import { until } from "./lib/wait.js";
import { World } from "./lib/world.js";

const ROUTER = "router";

let world: World;
let device: string[];

before(async () => {
  world = await World.up();
  await world.registerVendor();
  await world.createProduct(ROUTER, "verified");
  device = await world.makeDevice("device", ROUTER);
  await world.publish(ROUTER, 1, await world.writeFirmware("router.bin", firmware("router", 600_000)));
  await world.untilAvailable(world.retrieval, ROUTER, 1);
});

after(() => world.down());

function update(state: string, url: string): string[] {
  return world.updateArgs(ROUTER, state, url, ...device);
}

async function refusal(url: string, method: string, ...params: unknown[]): Promise<RpcRefused> {
  const error = await rpc(url, method, ...params).catch((error: unknown) => error);
  assert.ok(error instanceof RpcRefused, `${method} is refused`);
  return error;
}

/** What a device is told where somebody alters the node's answers on their way. */
async function refusedBecause(state: string, alter: (method: string, result: any) => void | Promise<void>) {
  const meddler = await Meddler.before(world.retrieval.httpUrl, alter);
  try {
    return (await suitRefused(world.retrieval.rpcUrl, ...update(state, meddler.url))).kind;
  } finally {
    meddler.close();
  }
}

function flip(hex: string, at: number): string {
  const bytes = Buffer.from(hex.slice(2), "hex");
  bytes[at]! ^= 1;
  return `0x${bytes.toString("hex")}`;
}

test("a request that was overheard is refused when it is sent again, and at another node", async () => {
  const meddler = await Meddler.before(world.retrieval.httpUrl);
  assert.equal((await suit(world.retrieval.rpcUrl, ...update("overheard", meddler.url))).status, "updated");
  const { params } = meddler.last("suit_getLatest");
  meddler.close();

  const replayed = await refusal(world.retrieval.httpUrl, "suit_getLatest", ...params);
  assert.equal(replayed.kind, "ChallengeReplayed");
  assert.equal(replayed.error.code, -32118);
  const elsewhere = await refusal(world.registration.httpUrl, "suit_getLatest", ...params);
  assert.equal(elsewhere.kind, "ChallengeForged");
  assert.equal(elsewhere.error.code, -32116);
});

test("a request altered on its way is refused for its signature", async () => {
  // Signatures are checked before the challenge counts as used, so that the reason is the signature and no other.
  const meddler = await Meddler.before(world.retrieval.httpUrl);
  await suit(world.retrieval.rpcUrl, ...update("altered", meddler.url));
  const [sent] = meddler.last("suit_getLatest").params as [{ credential: string; request: string }];
  meddler.close();
  const last = Buffer.from(sent.request.slice(2), "hex").length - 1;
  const altered = { ...sent, request: flip(sent.request, last) };
  const refused = await refusal(world.retrieval.httpUrl, "suit_getLatest", altered);
  assert.equal(refused.kind, "RequestSignature");
  const forged = { ...sent, credential: flip(sent.credential, Buffer.from(sent.credential.slice(2), "hex").length - 1) };
  assert.equal((await refusal(world.retrieval.httpUrl, "suit_getLatest", forged)).kind, "CredentialSignature");
});

test("a forged challenge is refused", async () => {
  const kind = await refusedBecause("forged", (method, result) => {
    if (method === "suit_getChallenge") result.challenge = flip(result.challenge, 40);
  });
  assert.equal(kind, "ChallengeForged");
});

test("a request made for another node is refused", async () => {
  const kind = await refusedBecause("other-node", (method, result) => {
    if (method === "suit_getChallenge") result.nodeKey = flip(result.nodeKey, 0);
  });
  assert.equal(kind, "WrongAudience");
});

test("a request made for another chain is refused", async () => {
  const kind = await refusedBecause("other-chain", (method, result) => {
    if (method === "suit_getChallenge") result.genesis = flip(result.genesis, 0);
  });
  assert.equal(kind, "WrongGenesis");
});

test("a challenge that has expired is refused", async () => {
  const kind = await refusedBecause("late", async (method, result) => {
    if (method === "suit_getChallenge") await until("the challenge has expired", async () => Date.now() / 1000 > result.expires + 1);
  });
  assert.equal(kind, "ChallengeExpired");
});

test("a device that is shown another manifest does not install it", async () => {
  const kind = await refusedBecause("liar", (method, result) => {
    if (method === "suit_getLatest") result.release.envelope = flip(result.release.envelope, 150);
  });
  assert.ok(["EnvelopeNotValid", "SignatureNotValid"].includes(kind), kind);
  const slots = (await readdir(world.path("liar"))).filter((name) => name.startsWith("slot-"));
  assert.deepEqual(slots, [], "nothing is installed");
});

test("the node counts its answers and what it holds for Prometheus", async () => {
  const metrics = await (await fetch(world.retrieval.prometheusUrl)).text();
  const value = (name: string) => {
    const line = metrics.split("\n").find((line) => line.startsWith(name) && !line.startsWith("#"));
    return Number(line?.split(" ").at(-1));
  };
  assert.equal(value("suit_releases_held"), 1);
  assert.ok(value("suit_store_bytes") >= 600_000);
  const answers = metrics.split("\n").filter((line) => line.startsWith("suit_device_answers_total"));
  assert.ok(answers.some((line) => line.includes('"ChallengeReplayed"') && line.endsWith(" 1")), answers.join("\n"));
});
