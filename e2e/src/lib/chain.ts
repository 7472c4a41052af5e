// A chain through an unchanged @polkadot/api: calls, events and errors by their names, from metadata alone.

import assert from "node:assert/strict";
import { ApiPromise, Keyring, WsProvider, type SubmittableResult } from "@polkadot/api";
import type { ApiOptions, SubmittableExtrinsic } from "@polkadot/api/types";
import type { KeyringPair } from "@polkadot/keyring/types";
import type { DispatchError, EventRecord } from "@polkadot/types/interfaces";
import { until } from "./wait.js";

export type Call = SubmittableExtrinsic<"promise">;
const REGISTRY = "suitRegistry";
/** An event's fields by their names, as plain values. */
export type Fields = Record<string, unknown>;

/** What became of a call. */
export class Outcome {
  constructor(
    /** The block that it is in. */
    readonly block: number,
    /** The error's name, where it was refused: `pallet.Name`. */
    readonly error: string | undefined,
    private readonly records: EventRecord[],
  ) {}

  /** The registry's events in their order: name and fields. */
  get events(): [string, Fields][] {
    return eventsOf(this.records, REGISTRY);
  }

  /** The fields of the only event of this name that a pallet put down: the registry, unless another is named. */
  event(name: string, pallet = REGISTRY): Fields {
    assert.equal(this.error, undefined);
    const events = eventsOf(this.records, pallet);
    const found = events.filter(([event]) => event === name);
    assert.equal(found.length, 1, `one ${name} among ${JSON.stringify(events)}`);
    return found[0]![1];
  }
}

export class Chain {
  private readonly keyring = new Keyring({ type: "sr25519" });
  /** Calls under way by account: how many there are, and the nonce of the next. */
  private readonly underWay = new Map<string, { calls: number; nonce: Promise<number> }>();

  private constructor(readonly api: ApiPromise) {}

  static async connect(url: string, options: ApiOptions = {}): Promise<Chain> {
    return new Chain(await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true, ...options }));
  }

  /** The registry's calls. */
  get registry() {
    return this.api.tx.suitRegistry!;
  }

  account(name: string): KeyringPair {
    return this.keyring.addFromUri(`//${name}`);
  }

  address(name: string): string {
    return this.account(name).address;
  }

  /**
   * Signs and sends a call, and waits for the block that it is in; with `finality`, until that block is final. Calls may
   * be sent without waiting for one another: those of one account are taken in the order in which they were sent.
   */
  async send(call: Call, by = "Alice", finality = false): Promise<Outcome> {
    const nonce = this.nextNonce(by);
    try {
      return await this.signAndSend(call, by, await nonce, finality);
    } finally {
      const underWay = this.underWay.get(by)!;
      underWay.calls -= 1;
      // Others may use the account too: then the node knows its nonce, and not this.
      if (underWay.calls === 0) this.underWay.delete(by);
    }
  }

  /** Sends a call that must succeed, and waits until it is final. */
  async done(call: Call, by = "Alice"): Promise<Outcome> {
    const outcome = await this.send(call, by, true);
    assert.equal(outcome.error, undefined, `${call.method.section}.${call.method.method}`);
    return outcome;
  }

  /** Sends calls that must all succeed, in their order. */
  async sendAll(calls: Call[], by = "Alice"): Promise<Outcome[]> {
    const outcomes = await Promise.all(calls.map((call) => this.send(call, by)));
    for (const { error } of outcomes) assert.equal(error, undefined);
    return outcomes;
  }

  /** Sends calls that must all be refused by the registry, each for the reason beside it. */
  async refused(by: string, ...expected: [Call, string][]): Promise<void> {
    const outcomes = await Promise.all(expected.map(([call]) => this.send(call, by)));
    const described = (index: number) => expected[index]![0].method.toHuman();
    for (const [index, { error }] of outcomes.entries()) {
      const [, name] = expected[index]!;
      assert.equal(error, `suitRegistry.${name}`, JSON.stringify(described(index)));
    }
  }

  /** The registry's events of a block, which may be yet to come. */
  async eventsOf(block: number): Promise<[string, Fields][]> {
    const hash = await until(`there is block ${block}`, async () => {
      const hash = await this.api.rpc.chain.getBlockHash(block);
      return !hash.isEmpty && hash;
    });
    const at = await this.api.at(hash);
    return eventsOf((await at.query.system!.events!()) as unknown as EventRecord[], REGISTRY);
  }

  /** The name of an error: `pallet.Name`. */
  errorName(error: DispatchError): string {
    if (!error.isModule) return error.toString();
    const { section, name } = this.api.registry.findMetaError(error.asModule);
    return `${section}.${name}`;
  }

  /** Number of the newest block. */
  async now(): Promise<number> {
    return (await this.api.rpc.chain.getHeader()).number.toNumber();
  }

  close(): Promise<void> {
    return this.api.disconnect();
  }

  private nextNonce(account: string): Promise<number> {
    const known = this.underWay.get(account);
    const nonce = known
      ? known.nonce.then((nonce) => nonce + 1)
      : this.api.rpc.system.accountNextIndex(this.address(account)).then((nonce) => nonce.toNumber());
    this.underWay.set(account, { calls: (known?.calls ?? 0) + 1, nonce });
    return nonce;
  }

  private signAndSend(call: Call, by: string, nonce: number, finality: boolean): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const heard = ({ status, events, dispatchError, isError, blockNumber }: SubmittableResult) => {
        if (isError) reject(new Error(`the pool: ${status.type}`));
        if (!(finality ? status.isFinalized : status.isInBlock)) return;
        const error = dispatchError && this.errorName(dispatchError);
        resolve(new Outcome(blockNumber!.toNumber(), error, events));
      };
      call.signAndSend(this.account(by), { nonce }, (result) => heard(result as SubmittableResult)).catch(reject);
    });
  }
}

function eventsOf(records: EventRecord[], pallet: string): [string, Fields][] {
  return records
    .map(({ event }) => event)
    .filter(({ section }) => section === pallet)
    .map(({ method, data }) => [
      method,
      Object.fromEntries((data.names ?? []).map((name, index) => [name, data[index]!.toPrimitive()])),
    ]);
}
