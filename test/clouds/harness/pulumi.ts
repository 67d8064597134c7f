import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { toOperation, type Operation, type Run } from "./operation.ts";
import { endAll, sessionProcesses } from "./processes.ts";

export interface PulumiOptions {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Longest that a command may take, in milliseconds; one that takes longer hangs, and is killed. */
const patienceMs = 10 * 60_000;

/** How long, in milliseconds, the last words of a command that has ended may be on their way. */
const drainMs = 1_000;

const streaming = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1" };

/** A command that runs, in a session of its own so that all of it can be ended and nothing else. */
interface Running {
  readonly session: number;
  readonly printed: () => string;
  readonly finished: Promise<Run>;
}

/** Plain `pulumi` commands in one folder, with an environment that holds nothing else of this machine. */
export class Pulumi {
  readonly #options: PulumiOptions;

  constructor(options: PulumiOptions) {
    this.#options = options;
  }

  async run(...args: string[]): Promise<Run> {
    return this.#finished(this.#start(args, {}));
  }

  /** As {@link run}; throws when the command fails, and returns what it printed. */
  async must(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code === 0) return stdout;
    throw new Error(`pulumi ${args.join(" ")} ended with ${String(code)}:\n${stdout}\n${stderr}`);
  }

  preview(...flags: string[]): Promise<Operation> {
    return this.#operation(["preview", "--json", ...flags]);
  }

  up(...flags: string[]): Promise<Operation> {
    return this.#operation(["up", "--yes", "--skip-preview", "--json", ...flags]);
  }

  refresh(...flags: string[]): Promise<Operation> {
    return this.#operation(["refresh", "--yes", "--skip-preview", "--json", ...flags]);
  }

  destroy(...flags: string[]): Promise<Operation> {
    return this.#operation(["destroy", "--yes", "--skip-preview", "--json", ...flags]);
  }

  /** Starts an `up`, and kills pulumi with all its plugins as soon as `reached` by what it has printed so far. */
  async killedUp(reached: (printed: string) => boolean): Promise<Operation> {
    const running = this.#start(["up", "--yes", "--skip-preview", "--json"], streaming);
    const ended = new AbortController();
    void running.finished.then(() => {
      ended.abort();
    });
    while (!ended.signal.aborted && !reached(running.printed())) await sleep(50);
    await endAll(() => sessionProcesses(running.session));
    return toOperation(await running.finished);
  }

  async #operation(args: readonly string[]): Promise<Operation> {
    return toOperation(await this.#finished(this.#start(args, streaming)));
  }

  async #finished({ session, finished }: Running): Promise<Run> {
    const timer = setTimeout(() => void endAll(() => sessionProcesses(session)), patienceMs);
    try {
      return await finished;
    } finally {
      clearTimeout(timer);
    }
  }

  #start(args: readonly string[], more: Readonly<Record<string, string>>): Running {
    const { program, cwd, env } = this.#options;
    const began = performance.now();
    const child = spawn(program, [...args, "--non-interactive", "--color=never"], {
      cwd,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<Run>();
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.once("error", reject);
    const closed = new Promise((done) => child.once("close", done));
    child.once("exit", (code) => {
      const seconds = (performance.now() - began) / 1000;
      // A cluster that was started along may hold the pipes for as long as it lives.
      void Promise.race([closed, sleep(drainMs)]).then(() => {
        resolve({ code, ...said, seconds });
      });
    });
    return { session: child.pid ?? -1, printed: () => said.stdout, finished: promise };
  }
}
