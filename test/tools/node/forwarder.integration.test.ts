import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../../tools/paths.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { isRoot } from "../../../tools/user-namespace.ts";
import { until } from "../../api/api-under-test.ts";

const program = join(root, "tools/node/forwarder.ts");

/** A supervisor of the forwarder alone, in a network and process namespace of its own, as the node's is. */
const supervise = `
  const { Supervisor } = await import(process.argv[1]);
  const component = JSON.parse(process.argv[2]);
  await new Supervisor(component.outsideIn, process.env.PATH).start(component);
`;

let folder: string;
let port: number;
let inNode: Server;
let machine: ChildProcess;

const answer = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();

function forwarders(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, , name, first] = ["", ...readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")];
        return name === program && first === String(port);
      } catch {
        return false; // it ended meanwhile
      }
    });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "forwarder-"));
  port = await freePort();
  inNode = createServer((_, response) => response.end("from the node"));
  inNode.listen(join(folder, String(port)));
  const command = [process.execPath, program, String(port)];
  const component = JSON.stringify({ name: "forwarder", command, outsideIn: folder });
  const supervisor = join(root, "tools/node/supervisor.ts");
  const network = openSync("/proc/self/ns/net", "r");
  machine = spawn(
    "unshare",
    [
      ...["--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL", "--"],
      ...[process.execPath, "--input-type=module", "--eval", supervise, supervisor, component],
    ],
    { stdio: ["ignore", "inherit", "inherit", network] },
  );
  closeSync(network);
});
afterAll(() => {
  machine.kill("SIGKILL");
  inNode.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a forwarder that was killed is started again, on the machine's own loopback", async ({
  skip,
}) => {
  skip(!isRoot, "root, to enter the machine's own network as the node does");
  expect(await until("the first answer", answer)).toBe("from the node");
  const before = forwarders();
  expect(before).toHaveLength(1);
  for (const pid of before) process.kill(pid, "SIGKILL");
  const killedAt = performance.now();
  expect(await until("the next answer", answer)).toBe("from the node");
  console.log(`reachable ${(performance.now() - killedAt).toFixed(0)} ms after its death`);
  expect(forwarders()).not.toEqual(before);
});
