import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { environmentWith } from "../env.ts";
import { root } from "../paths.ts";

/** How long a service may take to end before it is killed: it finishes the request that it works on. */
const graceMs = 10_000;

const keptLines = 20;

export interface ModelProcessArgs {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A model service as a plain process. */
export class ModelProcess {
  private readonly args: ModelProcessArgs;
  private readonly lines: string[] = [];
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();

  constructor(args: ModelProcessArgs) {
    this.args = args;
  }

  get isRunning(): boolean {
    const { child } = this;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error("the service does not run");
    return pid;
  }

  get lastLines(): string {
    return this.lines.join("\n");
  }

  start(): void {
    const { command, env, onLine } = this.args;
    // It ends with this process however that ends, and in a session of its own gets no Ctrl-C of the terminal.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
      cwd: root,
      env: environmentWith(env),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        this.lines.push(line);
        if (this.lines.length > keptLines) this.lines.shift();
        onLine?.(line);
      });
    }
    this.child = child;
    this.ended = new Promise<void>((resolve) => {
      child.once("error", (error) => {
        this.lines.push(`could not be run: ${error.message}`);
        resolve();
      });
      child.once("close", () => {
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.child?.kill("SIGTERM");
    const hardStop = setTimeout(() => this.child?.kill("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(hardStop);
  }

  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.ended;
  }
}
