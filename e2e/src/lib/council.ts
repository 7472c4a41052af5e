// The council of the chain `local`: three members, of whom two agree.

import type { DispatchError } from "@polkadot/types/interfaces";
import type { Call, Chain } from "./chain.js";

/** More than any call that a test proposes weighs. */
const WEIGHT = { refTime: 100_000_000_000, proofSize: 1_000_000 };

/** Alice proposes, Alice and Bob vote, Alice closes. Answers the name of the error that the call ended with, if any. */
export async function decide(chain: Chain, call: Call): Promise<string | undefined> {
  const council = chain.api.tx.council!;
  const length = call.method.encodedLength;
  const proposed = await chain.done(council.propose!(2, call, length));
  const { proposalIndex, proposalHash } = proposed.event("Proposed", "council");
  const vote = () => council.vote!(proposalHash, proposalIndex, true);
  await Promise.all(["Alice", "Bob"].map((member) => chain.done(vote(), member)));
  const closed = await chain.done(council.close!(proposalHash, proposalIndex, WEIGHT, length));
  const { err } = closed.event("Executed", "council").result as { err?: unknown };
  return err ? chain.errorName(chain.api.registry.createType<DispatchError>("DispatchError", err)) : undefined;
}
