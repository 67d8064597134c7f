import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../../tools/paths.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { until } from "../../api/api-under-test.ts";

let folder: string;
let port: number;
let forwarder: ChildProcess;
let inNode: Server;

/** Resolves once something accepts connections there. */
function accepts(): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", reject);
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "carry-"));
  port = await freePort();
  inNode = createHttpServer((_, response) => response.end("from the node"));
  const program = join(root, "tools/node/forwarder.ts");
  forwarder = spawn(process.execPath, [program, String(port)], { cwd: folder, stdio: "inherit" });
  await until("the forwarder", accepts);
});
afterEach(() => {
  forwarder.kill("SIGKILL");
  inNode.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each<[string, () => Promise<void>]>([
  ["nobody has made the socket yet", () => Promise.resolve()],
  [
    "whoever listened before is gone",
    async () => {
      // Left as a node leaves it that was killed.
      const killed = `require("net").createServer().listen("${port}", () => process.kill(process.pid, 9))`;
      const child = spawn(process.execPath, ["--eval", killed], { cwd: folder });
      await new Promise((resolve) => child.once("exit", resolve));
    },
  ],
])("a client that comes while %s is answered once the node listens", async (_title, before) => {
  await before();
  const answer = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
  await new Promise((resolve) => setTimeout(resolve, 700));
  rmSync(join(folder, String(port)), { force: true });
  inNode.listen(join(folder, String(port)));
  expect(await answer).toBe("from the node");
});

test("what both sides say arrives whole, and a client that leaves takes the other side with it", async () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => echo.listen(join(folder, String(port)), resolve));
  const sent = Buffer.alloc(3_000_000, "video");
  const client = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  client.end(sent);
  const received = Buffer.concat(await client.toArray());
  expect(received.equals(sent)).toBe(true);
  const closed = new Promise((resolve) => {
    echo.once("connection", (socket) => socket.once("close", resolve));
  });
  const leaver = connect(port, "127.0.0.1", () => leaver.write("x"));
  leaver.once("data", () => leaver.resetAndDestroy());
  await closed;
  echo.close();
});
