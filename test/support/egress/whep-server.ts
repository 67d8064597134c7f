import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { root } from "../../../tools/paths.ts";

export interface WhepServer {
  readonly url: string;
  readonly process: ChildProcessByStdio<null, Readable, null>;
}

/** Sends the pattern for so long; the first offers are refused with these statuses. */
export async function startWhepServer(
  seconds: number,
  refusals: readonly number[] = [],
): Promise<WhepServer> {
  const program = join(root, "test/support/programs/whep-server.mjs");
  const child = spawn(process.execPath, [program, String(seconds), refusals.join(",")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").once("data", (line: string) => {
      resolve(line.trim());
    });
    child.once("close", (code) => {
      reject(new Error(`The WHEP server ended with ${code}`));
    });
  });
  return { url, process: child };
}
