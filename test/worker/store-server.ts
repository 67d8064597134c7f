import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** An object store on loopback: PUT keeps, GET returns. `refuse` answers instead where it gives a status. */
export async function startStore(
  refuse: (request: IncomingMessage) => number | undefined = () => undefined,
) {
  const objects = new Map<string, Buffer>();
  const requests: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/", headers } = request;
    const [path = "/"] = url.split("?");
    requests.push({ method, path, headers });
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const status = refuse(request);
    if (status !== undefined) response.writeHead(status).end(`refused ${url}`);
    else if (method === "PUT") {
      objects.set(path, body);
      response.end();
    } else {
      const found = objects.get(path);
      response.writeHead(found ? 200 : 404, { "content-length": found?.length ?? 0 }).end(found);
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, objects, requests };
}
