// Calls of any account through @polkadot/api, one at a time, each until it is final.

import assert from "node:assert/strict";
import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import type { SubmittableExtrinsic } from "@polkadot/api/types";
import type { KeyringPair } from "@polkadot/keyring/types";
import type { EventRecord } from "@polkadot/types/interfaces";

export type Call = SubmittableExtrinsic<"promise">;

export interface Outcome {
  events: EventRecord[];
  /** The name of the error that the call was refused with. */
  error?: string;
}

export function connect(url: string, rpc = {}): Promise<ApiPromise> {
  return ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true, rpc });
}

/** One of the accounts that every development chain knows. */
export const account = (name: string): KeyringPair => new Keyring({ type: "sr25519" }).addFromUri(`//${name}`);

/** The name of an error in a result or an event. */
export function errorName(api: ApiPromise, error: any): string {
  if (!error.isModule) return error.toString();
  const found = api.registry.findMetaError(error.asModule);
  return `${found.section}.${found.name}`;
}

/** Signs, sends and waits until it is final. Fails where the pool does not take it. */
export function send(api: ApiPromise, call: Call, by: KeyringPair): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    call
      .signAndSend(by, { nonce: -1 }, ({ status, events, dispatchError, isError }) => {
        if (isError) reject(new Error(`the pool: ${status.type}`));
        if (!status.isFinalized) return;
        resolve(dispatchError === undefined ? { events } : { events, error: errorName(api, dispatchError) });
      })
      .catch(reject);
  });
}

/** The same where it must succeed. */
export async function sendOk(api: ApiPromise, call: Call, by: KeyringPair): Promise<EventRecord[]> {
  const { events, error } = await send(api, call, by);
  assert.equal(error, undefined, `${call.method.section}.${call.method.method}`);
  return events;
}

/** The data of the event of this name. */
export function event(events: EventRecord[], section: string, method: string): any {
  const found = events.find(({ event }) => event.section === section && event.method === method);
  assert.ok(found, `${section}.${method} is among the events`);
  return found.event.data;
}
