// A network with a vendor, a product, an operator and a device: what most tests begin with.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Network, type NodeInfo } from "./network.js";
import { suit, type Json } from "./suit.js";
import { until } from "./wait.js";

export const DOMAIN = "acme.example";

export class World {
  private constructor(
    readonly network: Network,
    readonly registration: NodeInfo,
    readonly retrieval: NodeInfo,
  ) {}

  /** `how` is what `scripts/network up` takes besides; a node `registration` and a node `retrieval` are among them. */
  static async up(...how: string[]): Promise<World> {
    const network = await Network.up(...how);
    const world = new World(network, await network.node("registration"), await network.node("retrieval"));
    await mkdir(world.path("keys"), { recursive: true });
    return world;
  }

  path(...parts: string[]): string {
    return join(this.network.dir, "test", ...parts);
  }

  key(name: string): string {
    return this.path("keys", name);
  }

  async makeKey(name: string, alg = "esp256"): Promise<void> {
    await suit(this.registration.rpcUrl, "key", "generate", "--alg", alg, "--out", this.key(name));
  }

  /** Registers the vendor with an author's key and an operator's. */
  async registerVendor(): Promise<void> {
    await suit(this.registration.rpcUrl, "vendor", "register", DOMAIN, "--suri", "//Alice");
    await this.makeKey("author");
    await this.addKey("author", "manifests");
    await this.makeKey("operator", "ed25519");
    await this.addKey("operator", "credentials");
  }

  /** Registers a key that was made before. */
  async addKey(name: string, usage: "manifests" | "credentials"): Promise<void> {
    const args = ["--key", `${this.key(name)}.pub`, "--usage", usage, "--suri", "//Alice"];
    await suit(this.registration.rpcUrl, "vendor", "add-key", DOMAIN, ...args);
  }

  async createProduct(name: string, retrieval: "open" | "verified", ...more: string[]): Promise<void> {
    const args = ["--suri", "//Alice", "--replicas", "2", "--retrieval", retrieval, ...more];
    await suit(this.registration.rpcUrl, "product", "create", DOMAIN, name, ...args);
  }

  /** A device with a credential for a product. Returns what its commands need. */
  async makeDevice(name: string, product: string): Promise<string[]> {
    await this.makeKey(name);
    const credential = this.path(`${name}.credential`);
    await suit(
      this.registration.rpcUrl,
      ...["operator", "credential", "--operator-key", this.key("operator"), "--device-key", `${this.key(name)}.pub`],
      ...["--vendor", DOMAIN, "--class", product, "--out", credential],
    );
    return ["--credential", credential, "--device-key", this.key(name)];
  }

  async writeFirmware(name: string, image: Buffer): Promise<string> {
    const file = this.path(name);
    await writeFile(file, image);
    return file;
  }

  publish(product: string, sequence: number, file: string, ...more: string[]): Promise<Json> {
    return suit(this.registration.rpcUrl, ...this.publishArgs(product, sequence, file, ...more));
  }

  publishArgs(product: string, sequence: number, file: string, ...more: string[]): string[] {
    return [
      ...["publish", file, "--vendor", DOMAIN, "--class", product, "--sequence", String(sequence)],
      ...["--key", this.key("author"), "--gateway", this.registration.gatewayUrl, ...more],
    ];
  }

  updateArgs(product: string, device: string, node: string, ...more: string[]): string[] {
    return [
      ...["device", "update", "--state", this.path(device), "--node", node, "--vendor", DOMAIN, "--class", product],
      ...["--author-key", `${this.key("author")}.pub`, ...more],
    ];
  }

  /** Waits until the node's finalised state offers this number as the newest. */
  async untilAvailable(node: NodeInfo, product: string, sequence: number): Promise<void> {
    await until(`${product} ${sequence} is available`, async () => {
      const shown = await suit(node.rpcUrl, "release", "show", DOMAIN, product, "--sequence", String(sequence));
      return String(shown.status).toLowerCase() === "available";
    });
  }

  down(): Promise<void> {
    return this.network.down();
  }
}
