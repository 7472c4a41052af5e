// View functions through an unchanged @polkadot/api, which reads them in the metadata but has no sugar for them yet.

import assert from "node:assert/strict";
import type { ApiPromise } from "@polkadot/api";
import type { Codec } from "@polkadot/types/types";

/** Calls a pallet's view function by its name. Types of arguments and answer are the metadata's. */
export async function viewFunction(api: ApiPromise, pallet: string, name: string, ...args: unknown[]): Promise<Codec> {
  const { registry } = api;
  const { pallets } = api.runtimeMetadata.asV16;
  const views = pallets.find((entry) => entry.name.toString() === pallet)?.viewFunctions ?? [];
  const view = views.find((entry) => entry.name.toString() === name);
  assert.ok(view, `${pallet} has the view function ${name}`);
  assert.equal(args.length, view.inputs.length, `arguments of ${name}`);
  const encoded = view.inputs.map(({ type }, index) =>
    registry.createType(registry.createLookupType(type), args[index]).toU8a(),
  );
  const input = Buffer.concat(encoded);
  const answer = (await api.call.runtimeViewFunction!.executeViewFunction!(view.id.toHex(), `0x${input.toString("hex")}`)) as any;
  assert.ok(answer.isOk, `${name} answers: ${answer.toString()}`);
  return registry.createType(registry.createLookupType(view.output), answer.asOk.toU8a(true));
}
