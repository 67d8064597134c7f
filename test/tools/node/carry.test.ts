import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer, type ListenOptions, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { carry } from "../../../tools/node/carry.ts";

const folder = mkdtempSync(join(tmpdir(), "carry-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each<[string, ListenOptions, (socket: Socket) => Promise<unknown>]>([
  ["a port", { host: "127.0.0.1", port: 0 }, (socket) => once(socket, "error")],
  ["a socket file", { path: join(folder, "in") }, (socket) => once(socket, "close")],
])("a client that came by %s is sent away when nobody listens for too long", async (...row) => {
  const [, where, end] = row;
  const nobody = join(folder, "nobody");
  const server = createServer((client) => {
    carry(client, () => connect(nobody), 0);
  });
  server.listen(where);
  await once(server, "listening");
  const address = server.address();
  const socket = typeof address === "string" ? connect(address) : connect(address?.port ?? 0);
  await end(socket);
  server.close();
  expect(socket.destroyed).toBe(true);
});
