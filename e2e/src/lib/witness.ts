// Somebody who asks a node the same question over and over, and remembers how its answers changed.

import { rpc } from "./rpc.js";
import type { Product } from "./names.js";
import { until } from "./wait.js";

const PAUSE_MS = 100;

export class Witness {
  /** The answers in their order, each once until another came: a sequence number, or the answer's status. */
  readonly answers: string[] = [];
  private stopped = false;
  private readonly asking: Promise<void>;

  /** Begins to ask a node which release of a product it offers to a device that has none. */
  constructor(url: string, product: Product) {
    this.asking = this.ask(url, product);
  }

  /** Waits until the last answer is this one. */
  async until(answer: string): Promise<void> {
    await until(`the node answers ${answer}`, async () => this.answers.at(-1) === answer);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.asking;
  }

  private async ask(url: string, product: Product): Promise<void> {
    while (!this.stopped) {
      const answer = await rpc(url, "suit_getLatest", product).then(
        ({ status, release }) => (status === "update" ? String(release.sequenceNumber) : String(status)),
        (error: Error) => `${error.name}: ${error.message}`,
      );
      if (answer !== this.answers.at(-1)) this.answers.push(answer);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
