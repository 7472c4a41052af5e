// A proxy that cuts every connection after so many bytes towards the server: an upload that breaks off.

import { connect, createServer, type AddressInfo, type Server } from "node:net";

export class CuttingProxy {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(target: string, bytes: number): Promise<CuttingProxy> {
    const { hostname, port } = new URL(target);
    let left = bytes;
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      const end = () => {
        client.destroy();
        upstream.destroy();
      };
      client.on("data", (data) => {
        left -= data.length;
        if (left < 0) end();
        else upstream.write(data);
      });
      upstream.on("data", (data) => client.write(data));
      for (const socket of [client, upstream]) {
        socket.on("error", end);
        socket.on("close", end);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address() as AddressInfo;
    return new CuttingProxy(server, `http://127.0.0.1:${address.port}`);
  }

  close(): void {
    this.server.close();
  }
}
