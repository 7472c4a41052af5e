// Several authors of one vendor, each with a key of his own, who make releases with the `suit` command.

import { writeFile } from "node:fs/promises";
import { firmware, rawCid } from "./blocks.js";
import { suit, suitRefused, type Json, type Refusal } from "./suit.js";
import { DOMAIN, type World } from "./world.js";

/** Bytes of an image: one block. */
const SIZE = 200_000;

export class Authors {
  /** Thumbprints and COSE_Keys by the authors' names. */
  private readonly made = new Map<string, Json>();

  constructor(
    private readonly world: World,
    private readonly product: string,
  ) {}

  /** Makes a key pair. */
  async make(name: string, alg = "esp256"): Promise<void> {
    await this.world.makeKey(name, alg);
    const shown = await suit(this.world.registration.rpcUrl, "key", "show", `${this.world.key(name)}.pub`);
    this.made.set(name, shown);
  }

  /** The key's name on the chain. */
  id(name: string): string {
    return this.key(name).thumbprint as string;
  }

  coseKey(name: string): string {
    return this.key(name).publicKey as string;
  }

  /** The image of a release. */
  image(sequence: number): Buffer {
    return firmware(`${this.product}/${sequence}`, SIZE);
  }

  /** The first author writes and signs the manifest, each of the others adds his signature. Name of the envelope's file. */
  async sign(sequence: number, ...signers: [string, ...string[]]): Promise<string> {
    const { rpcUrl } = this.world.registration;
    const image = await this.world.writeFirmware(this.imageName(sequence), this.image(sequence));
    const spec = this.world.path(`${this.product}-${sequence}.json`);
    await writeFile(spec, JSON.stringify(this.manifest(sequence), null, 2));
    const [first, ...others] = signers;
    const envelope = this.world.path(`${this.product}-${sequence}-${signers.join("-")}.suit`);
    await suit(rpcUrl, "manifest", "create", spec, "--out", envelope, "--key", this.world.key(first));
    for (const other of others) await suit(rpcUrl, "manifest", "sign", envelope, "--key", this.world.key(other));
    await suit(rpcUrl, "manifest", "verify", envelope, "--payload", image, ...this.publicKeys("--key", signers));
    return envelope;
  }

  /** Publishes an envelope by an intent that these authors sign, and waits until the release is available. */
  publish(sequence: number, envelope: string, ...signers: string[]): Promise<Json> {
    return suit(this.world.registration.rpcUrl, ...this.publishArgs(envelope, signers, ...this.upload(sequence)));
  }

  /** The same where it is expected to be refused. */
  refused(envelope: string, signers: string[], ...more: string[]): Promise<Refusal & { by?: string }> {
    return suitRefused(this.world.registration.rpcUrl, ...this.publishArgs(envelope, signers, ...more));
  }

  /** What a device's update takes: the authors that it trusts, and how many of them must have signed. */
  updateArgs(device: string, node: string, trusted: string[], threshold: number): string[] {
    return [
      ...["device", "update", "--state", this.world.path(device), "--node", node, "--vendor", DOMAIN],
      ...["--class", this.product, ...this.publicKeys("--author-key", trusted), "--threshold", String(threshold)],
    ];
  }

  private manifest(sequence: number): object {
    const identity = { "vendor-id": { dns: DOMAIN }, "class-id": { name: this.product } };
    const image = { "image-digest": { file: this.imageName(sequence) } };
    const source = { uri: `ipfs://${rawCid(this.image(sequence))}` };
    return {
      "sequence-number": sequence,
      components: ["firmware"],
      "shared-sequence": [{ "override-parameters": { ...identity, ...image } }, "vendor-identifier", "class-identifier"],
      install: [{ "override-parameters": source }, "fetch", "image-match"],
      validate: ["image-match"],
    };
  }

  private imageName(sequence: number): string {
    return `${this.product}-${sequence}.bin`;
  }

  private publishArgs(envelope: string, signers: string[], ...more: string[]): string[] {
    return ["publish-envelope", envelope, ...signers.flatMap((name) => ["--key", this.world.key(name)]), ...more];
  }

  private upload(sequence: number): string[] {
    const image = this.world.path(this.imageName(sequence));
    return ["--firmware", image, "--gateway", this.world.registration.gatewayUrl];
  }

  private publicKeys(option: string, names: string[]): string[] {
    return names.flatMap((name) => [option, `${this.world.key(name)}.pub`]);
  }

  private key(name: string): Json {
    const key = this.made.get(name);
    if (!key) throw new Error(`nobody made the key ${name}`);
    return key;
  }
}
