// The council of the chain `local`: three members, of whom two agree.

import type { ApiPromise } from "@polkadot/api";
import { account, errorName, event, sendOk, type Call } from "./calls.js";

/** More than any call that a test proposes weighs. */
const WEIGHT = { refTime: 100_000_000_000, proofSize: 1_000_000 };

/** Alice proposes, Alice and Bob vote, Alice closes. Answers the name of the error that the call ended with, if any. */
export async function decide(api: ApiPromise, call: Call): Promise<string | undefined> {
  const [alice, bob] = [account("Alice"), account("Bob")];
  const council = api.tx.council!;
  const length = call.method.encodedLength;
  const proposed = await sendOk(api, council.propose!(2, call, length), alice);
  const { proposalIndex, proposalHash } = event(proposed, "council", "Proposed");
  await Promise.all([alice, bob].map((member) => sendOk(api, council.vote!(proposalHash, proposalIndex, true), member)));
  const closed = await sendOk(api, council.close!(proposalHash, proposalIndex, WEIGHT, length), alice);
  const { result } = event(closed, "council", "Executed");
  return result.isErr ? errorName(api, result.asErr) : undefined;
}
