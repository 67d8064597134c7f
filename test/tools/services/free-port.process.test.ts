import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePort } from "../../../tools/services/free-port.ts";
import { root } from "../../../tools/paths.ts";

const run = promisify(execFile);
const many = 600;

/** Ports of a process of its own, which waits for a line before it ends. */
async function portsOfAnother(): Promise<number[]> {
  const module = join(root, "tools/services/free-port.ts");
  const script = `const { freePort } = await import(${JSON.stringify(module)});
    const ports = [];
    for (let i = 0; i < ${many}; i++) ports.push(await freePort());
    console.log(JSON.stringify(ports));
    await new Promise((resolve) => setTimeout(resolve, 1000));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script]);
  const ports: unknown = JSON.parse(stdout);
  return Array.isArray(ports) ? ports.map(Number) : [];
}

it("a port is given to one process at a time, before anything listens there", async () => {
  const own = async (): Promise<number[]> => {
    const ports: number[] = [];
    for (let i = 0; i < many; i++) ports.push(await freePort());
    return ports;
  };
  const all = (await Promise.all([own(), portsOfAnother(), portsOfAnother()])).flat();
  expect(all).toHaveLength(3 * many);
  expect(new Set(all).size).toBe(all.length);
});
