import { setTimeout as sleep } from "node:timers/promises";
import { startCommand, type Run, type Running } from "./command.ts";
import { toOperation, type Operation } from "./operation.ts";

export interface PulumiOptions {
  readonly program: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const streaming = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1" };

/**
 * Saves the state when a command ends, as it failed or not. To save it at each resource, which a command needs that is
 * killed, takes three fifths of an up of 556.
 */
const savedOnce = { PULUMI_SKIP_CHECKPOINTS: "1" };

/** Plain `pulumi` commands in one folder, with an environment that holds nothing else of this machine. */
export class Pulumi {
  readonly #options: PulumiOptions;

  constructor(options: PulumiOptions) {
    this.#options = options;
  }

  async run(...args: string[]): Promise<Run> {
    return this.#start(args, {}).finished;
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
    await running.kill();
    return toOperation(await running.finished);
  }

  async #operation(args: readonly string[]): Promise<Operation> {
    return toOperation(await this.#start(args, { ...streaming, ...savedOnce }).finished);
  }

  #start(args: readonly string[], more: Readonly<Record<string, string>>): Running {
    const { program, cwd, env } = this.#options;
    return startCommand({
      program,
      args: [...args, "--non-interactive", "--color=never"],
      cwd,
      env: { ...env, ...more },
    });
  }
}
