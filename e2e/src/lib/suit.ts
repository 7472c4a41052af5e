// The `suit` command, as a script would use it.

import assert from "node:assert/strict";
import { SUIT } from "./paths.js";
import { run } from "./run.js";

export type Json = Record<string, any>;

export interface Refusal {
  kind: string;
  code?: number;
  message: string;
}

/** Runs `suit … --json` against a node and returns what it printed. Fails where the command does. */
export async function suit(node: string, ...args: string[]): Promise<Json> {
  const ended = await run(SUIT, ["--json", "--node", node, ...args]);
  assert.equal(ended.code, 0, `suit ${args.join(" ")}\n${ended.stdout}\n${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

/** The same where the command is expected to be refused: returns the refusal. */
export async function suitRefused(node: string, ...args: string[]): Promise<Refusal> {
  const ended = await run(SUIT, ["--json", "--node", node, ...args]);
  assert.equal(ended.code, 1, `suit ${args.join(" ")} should have been refused\n${ended.stdout}\n${ended.stderr}`);
  const { error } = JSON.parse(ended.stdout) as { error: Refusal };
  assert.ok(error.message.length > 0, "a refusal says what is wrong");
  return error;
}
