import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { environmentWith } from "../env.ts";
import { compileCache, root } from "../paths.ts";

/** How long a program may take to end before it is killed. */
const graceMs = 5_000;

export interface ProgramArgs {
  readonly name: string;
  /** Its main module, relative to the clone. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (name: string, line: string) => void;
}

/** The API or the worker as a process of its own, which can be started again. */
export class Program {
  private readonly args: ProgramArgs;
  private child: ChildProcess | undefined;
  private ended: Promise<number | null> = Promise.resolve(null);
  private isStopping = false;

  constructor(args: ProgramArgs) {
    this.args = args;
  }

  start(): void {
    const { name, main, env, onLine } = this.args;
    this.isStopping = false;
    // It ends with this process however that ends, and in a session of its own gets no Ctrl-C of the terminal.
    const command = ["--pdeathsig", "KILL", "--", process.execPath, main];
    const child = spawn("setpriv", command, {
      cwd: root,
      env: environmentWith({ NODE_COMPILE_CACHE: compileCache, ...env }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        onLine(name, line);
      });
    }
    this.child = child;
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        if (!this.isStopping) onLine(name, `ended with ${String(code)}; the next change starts it`);
        resolve(code);
      });
    });
    this.ended.catch((error: unknown) => {
      onLine(name, `setpriv (util-linux) could not be run: ${String(error)}`);
    });
  }

  /** Waits for the end of a program that ends by itself. */
  async run(): Promise<void> {
    this.start();
    this.isStopping = true;
    if ((await this.ended) !== 0) throw new Error(`${this.args.main} failed; its lines are above`);
  }

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error(`${this.args.name} does not run`);
    return pid;
  }

  async kill(): Promise<void> {
    this.isStopping = true;
    this.child?.kill("SIGKILL");
    await this.ended;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.isStopping = true;
    child.kill("SIGTERM");
    const hardStop = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(hardStop);
  }
}
