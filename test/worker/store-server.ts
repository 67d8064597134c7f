import { hash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

function serve(found: Buffer | undefined, range: string | undefined, response: ServerResponse) {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  const part = from === undefined ? found : found?.subarray(Number(from), Number(to) + 1);
  const headers = { "content-length": part?.length ?? 0, etag: `"${hash("md5", found ?? "")}"` };
  if (part === undefined) response.writeHead(404, headers).end();
  else if (part === found) response.writeHead(200, headers).end(part);
  else {
    const content = `bytes ${from}-${to}/${found?.length}`;
    response.writeHead(206, { ...headers, "content-range": content }).end(part);
  }
}

/** An object store on loopback: PUT keeps, GET returns the whole or a range. `refuse` answers instead where it gives a status. */
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
      serve(objects.get(path), headers.range, response);
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
