import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = join(import.meta.dirname, "..", "programs", "tus-client.ts");

export interface TransferArgs {
  readonly endpoint: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly chunkBytes?: number;
  readonly metadata?: Record<string, string>;
}

interface Fact {
  readonly url?: string;
  readonly sent?: number;
  readonly accepted?: number;
  readonly done?: true;
  readonly failed?: string;
}

export interface Interruption {
  /** Once so many bytes were sent. */
  readonly atBytes: number;
  readonly kill: "client" | "server";
}

export interface Transfer {
  readonly url: string;
  /** Processes of the client that it took. */
  readonly clients: number;
  /** Where each one after the first went on, in bytes. */
  readonly resumedAt: readonly number[];
}

type Ending = { readonly killed: true } | { readonly done: true };

/** Uploads by tus-js-client in a process of its own, which is killed, and once the server, at these places. */
export async function transfer(
  args: TransferArgs,
  interruptions: readonly Interruption[],
  killServer: () => Promise<void>,
): Promise<Transfer> {
  let url: string | undefined;
  let clients = 0;
  const left = [...interruptions];
  const resumedAt: number[] = [];
  const runOnce = async (): Promise<Ending> => {
    clients++;
    const asked = JSON.stringify({ ...args, uploadUrl: url });
    const child = spawn(process.execPath, [program, asked], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let isFirst = true;
    for await (const line of createInterface({ input: child.stdout })) {
      const fact = JSON.parse(line) as Fact;
      if (fact.failed !== undefined) throw new Error(`the client gave up: ${fact.failed}`);
      url = fact.url ?? url;
      if (fact.done === true) {
        await exited;
        return { done: true };
      }
      const sent = fact.sent ?? 0;
      if (isFirst && fact.sent !== undefined) {
        isFirst = false;
        if (clients > 1) resumedAt.push(sent);
      }
      const [next] = left;
      if (next === undefined || sent < next.atBytes) continue;
      left.shift();
      if (next.kill === "server") {
        await killServer();
        continue;
      }
      child.kill("SIGKILL");
      await exited;
      return { killed: true };
    }
    throw new Error("the client ended without a word");
  };
  while (!("done" in (await runOnce())));
  if (url === undefined) throw new Error("the client was given no URL");
  return { url, clients, resumedAt };
}
