// JSON-RPC over HTTP.

export interface RpcError {
  code: number;
  message: string;
  data?: { kind?: string };
}

export class RpcRefused extends Error {
  constructor(readonly error: RpcError) {
    super(`${error.code} ${error.message}`);
  }

  get kind(): string | undefined {
    return this.error.data?.kind;
  }
}

export async function rpc<T = any>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as { result: T; error?: RpcError };
  if (answer.error) throw new RpcRefused(answer.error);
  return answer.result;
}
