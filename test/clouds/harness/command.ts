import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { endAll, sessionProcesses } from "./processes.ts";

/** How a command ended. */
export interface Run {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A command that runs, in a session of its own so that all of it can be ended and nothing else. */
export interface Running {
  readonly printed: () => string;
  /** Ends it with all that it started. */
  readonly kill: () => Promise<void>;
  readonly finished: Promise<Run>;
}

/**
 * Longest that a command may say nothing, in milliseconds: it hangs then, and is killed. How long it may take in all
 * depends on what else the machine does. The providers give up a resource after ten minutes, with a reason.
 */
const patienceMs = 12 * 60_000;

/** How long, in milliseconds, the last words of a command that has ended may be on their way. */
const drainMs = 1_000;

export function startCommand({ program, args, cwd, env }: CommandOptions): Running {
  const began = performance.now();
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const session = child.pid ?? -1;
  const kill = (): Promise<void> => endAll(() => sessionProcesses(session));
  const silence = setTimeout(() => void kill(), patienceMs);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
      // Its last words may come after its end, and would start the clock again.
      if (child.exitCode === null && child.signalCode === null) silence.refresh();
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  child.once("error", (error) => {
    clearTimeout(silence);
    reject(error);
  });
  const closed = new Promise((done) => child.once("close", done));
  child.once("exit", (code) => {
    clearTimeout(silence);
    const seconds = (performance.now() - began) / 1000;
    // A cluster that was started along may hold the pipes for as long as it lives.
    void Promise.race([closed, sleep(drainMs)]).then(() => {
      resolve({ code, ...said, seconds });
    });
  });
  return { printed: () => said.stdout, kill, finished: promise };
}
