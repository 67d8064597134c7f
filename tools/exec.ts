import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { environmentWith } from "./env.ts";

export interface ExecOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** The whole output is kept here; the error of a failed command names it. */
  readonly log?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Called for every line of standard output and error as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
}

/** A command that could not be started, or ended with something else than 0. */
export class ExecError extends Error {
  readonly output: string;

  constructor(command: string, ending: string, output: string, log?: string) {
    const tail = output.trimEnd().split("\n").slice(-20).join("\n");
    super(`${command} ${ending}${log === undefined ? "" : ` (whole output: ${log})`}\n${tail}`);
    this.output = output;
  }
}

const running = new Set<ChildProcess>();

/**
 * Asks the running commands to end, as an interrupt from the keyboard would; what waits for them then
 * fails and cleans up. Returns false when none runs.
 */
export function interruptCommands(): boolean {
  for (const child of running) child.kill("SIGINT");
  return running.size > 0;
}

export function commandsRun(): boolean {
  return running.size > 0;
}

/** Runs a command to its end and returns its standard output; throws {@link ExecError} otherwise. */
export function exec(
  command: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: environmentWith(options.env ?? {}),
    stdio: ["pipe", "pipe", "pipe"],
    signal: options.signal,
    timeout: options.timeoutMs,
  });
  running.add(child);
  const forget = (): unknown => running.delete(child);
  child.once("close", forget).once("error", forget);
  if (options.log !== undefined) mkdirSync(dirname(options.log), { recursive: true });
  const log = options.log === undefined ? undefined : createWriteStream(options.log);
  let stdout = "";
  let everything = "";
  const take = (chunk: string): void => {
    everything = (everything + chunk).slice(-1_000_000);
    log?.write(chunk);
    if (options.onLine !== undefined) chunk.split("\n").filter(Boolean).forEach(options.onLine);
  };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    take(chunk);
  });
  child.stderr.setEncoding("utf8").on("data", take);
  child.stdin.on("error", () => undefined); // a command that ends early closes its input: its status tells
  child.stdin.end(options.input ?? "");
  const line = [command, ...args].join(" ").slice(0, 200);
  child.on("error", (error) => {
    reject(new ExecError(line, `could not run: ${error.message}`, everything, options.log));
  });
  child.on("close", (code, signal) => {
    log?.end();
    if (code === 0) resolve(stdout);
    else
      reject(new ExecError(line, `ended with ${signal ?? String(code)}`, everything, options.log));
  });
  return promise;
}

/** True when the command ends with 0. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await exec(command, args);
    return true;
  } catch {
    return false;
  }
}
