// A local network of real nodes, through `scripts/network`.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NETWORK } from "./paths.js";
import { run } from "./run.js";

export interface NodeInfo {
  name: string;
  role: string;
  rpcUrl: string;
  httpUrl: string;
  gatewayUrl: string;
  prometheusUrl: string;
  pid: number;
  basePath: string;
  log: string;
}

export class Network {
  private constructor(readonly dir: string) {}

  /**
   * Starts a network in a folder of its own: a registration node and a retrieval node, unless `options` of `network up`
   * say otherwise. Storage nodes are registered and live when this returns.
   */
  static async up(...options: string[]): Promise<Network> {
    const network = new Network(await mkdtemp(join(tmpdir(), "suit-e2e-")));
    try {
      await network.command("up", ...options);
    } catch (error) {
      await network.down();
      throw error;
    }
    return network;
  }

  async node(name: string): Promise<NodeInfo> {
    const file = JSON.parse(await readFile(join(this.dir, "network.json"), "utf8")) as { nodes: NodeInfo[] };
    const node = file.nodes.find((node) => node.name === name);
    assert.ok(node, `no node ${name}`);
    return node;
  }

  /** SIGKILL, as a power cut would. */
  kill(name: string): Promise<void> {
    return this.command("kill", name);
  }

  /** Starts a stopped or killed node again on its old ports and data. */
  start(name: string): Promise<void> {
    return this.command("start", name);
  }

  async down(): Promise<void> {
    await run(NETWORK, ["down", "--dir", this.dir]);
    if (process.env.SUIT_E2E_KEEP === undefined) await rm(this.dir, { recursive: true, force: true });
  }

  private async command(...args: string[]): Promise<void> {
    const ended = await run(NETWORK, [...args, "--dir", this.dir]);
    assert.equal(ended.code, 0, `network ${args.join(" ")}\n${ended.stdout}\n${ended.stderr}`);
  }
}
