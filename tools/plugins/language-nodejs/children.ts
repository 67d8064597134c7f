import { spawn, type ChildProcess } from "node:child_process";

/** How long a process may take to end itself after being asked to, in milliseconds. */
const graceMs = 5000;

export interface Command {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export interface Outcome {
  /** Exit code; null when a signal ended the process. */
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The Node processes of this host, so that a cancel reaches all of them. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  constructor() {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        for (const child of this.#running) child.kill("SIGKILL");
        process.exit(1);
      });
    }
  }

  /** Starts Node with its output passed through (the engine reads it from this host) or piped. */
  start(command: Command, output: "inherit" | "pipe"): ChildProcess {
    const child = spawn(process.execPath, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ["ignore", output, output],
    });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    child.once("error", () => this.#running.delete(child));
    return child;
  }

  stop(child: ChildProcess): void {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    child.once("exit", () => {
      clearTimeout(timer);
    });
  }

  stopAll(): void {
    for (const child of this.#running) this.stop(child);
  }
}

export function ended(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
}
