// A man in the middle of the JSON-RPC between a device and a node: sees every question, and may alter every answer.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Question {
  method: string;
  params: unknown[];
}

export class Meddler {
  readonly questions: Question[] = [];

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  static async before(
    target: string,
    alter: (method: string, result: any) => void | Promise<void> = () => {},
  ): Promise<Meddler> {
    const server = createServer();
    const meddler = new Meddler(server, target);
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        meddler.pass(Buffer.concat(parts), alter).then(
          (answer) => {
            response.setHeader("content-type", "application/json");
            response.end(answer);
          },
          () => response.destroy(),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return meddler;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The last question of this method. */
  last(method: string): Question {
    const question = this.questions.findLast((question) => question.method === method);
    if (!question) throw new Error(`nobody asked ${method}`);
    return question;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(body: Buffer, alter: (method: string, result: any) => void | Promise<void>): Promise<string> {
    const question = JSON.parse(body.toString()) as Question;
    this.questions.push(question);
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.target, { method: "POST", headers, body: body.toString() });
    const answer = (await response.json()) as { result?: unknown };
    if (answer.result !== undefined) await alter(question.method, answer.result);
    return JSON.stringify(answer);
  }
}
