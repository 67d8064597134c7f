/**
 * Runs in a network namespace of its own, whose loopback has nothing: opens the few ways out, says which of the other
 * ports answer (none, or the test is worth nothing), and runs the command that follows.
 */
import { execFileSync, spawn } from "node:child_process";
import { connect, createServer } from "node:net";

export interface Ways {
  /** Port on this loopback → socket file whose other end is the server outside. */
  readonly open: Readonly<Record<string, string>>;
  /** Ports of what must not be reached. */
  readonly closed: readonly number[];
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}

function openWay(port: number, path: string): Promise<void> {
  const server = createServer((client) => {
    const outside = connect(path);
    client.pipe(outside).pipe(client);
    client.on("error", () => outside.destroy());
    outside.on("error", () => client.destroy());
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
}

const [ways = "", command = "", ...args] = process.argv.slice(2);
const { open, closed } = JSON.parse(ways) as Ways;
execFileSync("ip", ["link", "set", "lo", "up"]);
for (const [port, path] of Object.entries(open)) await openWay(Number(port), path);
const reached = await Promise.all(closed.map(answers));
const report = { message: "closed network", reached: closed.filter((_, index) => reached[index]) };
console.log(JSON.stringify(report));
const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
  stdio: "inherit",
});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code) => process.exit(code ?? 1));
