import { fork, spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

const tailLines = 200;
const longestLine = 2000;

export interface MediaOptions {
  /** All that the process sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Readable;
  readonly onStdout?: (chunk: string) => void;
  readonly onErrorLine?: (line: string) => void;
}

export interface MediaEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its error output. */
  readonly lines: readonly string[];
}

export interface MediaProcess {
  readonly ended: Promise<MediaEnd>;
  /** Has it close what it writes. */
  readonly stop: () => void;
  readonly kill: () => void;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function readLines(stream: Readable, onLine: (line: string) => void): () => string[] {
  let rest = "";
  let lines: string[] = [];
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split(/[\r\n]+/);
    rest = (parts.pop() ?? "").slice(0, longestLine);
    const whole = parts.map((line) => line.slice(0, longestLine)).filter((line) => line !== "");
    lines = [...lines, ...whole].slice(-tailLines);
    whole.forEach(onLine);
  });
  return () => [...lines, rest].filter((line) => line !== "");
}

function endOf(child: Child, lines: () => string[]): Promise<MediaEnd> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, lines: lines() });
    });
  });
}

/**
 * Starts ffmpeg or ffprobe; the kernel kills it when this process dies, even by SIGKILL, so that no recording goes on that
 * nobody stores.
 */
export function startMedia(command: readonly string[], options: MediaOptions): MediaProcess {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--no-new-privs", "--", ...command], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...options.env, AV_LOG_FORCE_NOCOLOR: "1" },
  });
  const lines = readLines(child.stderr, (line) => options.onErrorLine?.(line));
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => options.onStdout?.(chunk));
  // A reader that has seen enough closes its end early; a source that fails is told by what ffmpeg then lacks.
  const ignore = (): void => undefined;
  if (options.stdin) pipeline(options.stdin, child.stdin).catch(ignore);
  else child.stdin.on("error", ignore).end();
  return {
    ended: endOf(child, lines),
    stop: () => child.kill("SIGINT"),
    kill: () => child.kill("SIGKILL"),
  };
}

/** A program beside ffmpeg, for as long as it is needed. */
export interface HelperProcess {
  /** The first line that it writes to its descriptor 3. */
  readonly said: Promise<string>;
  /** Resolves when it has ended, in words. */
  readonly ended: Promise<string>;
  readonly kill: () => void;
}

async function firstLine(stream: Readable): Promise<string> {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) {
    text += String(chunk);
    if (text.includes("\n")) return text.trim();
  }
  throw new Error("it ended before it was ready");
}

/** Starts a display or a sound server; the kernel kills it when this process dies. Its own words are left aside. */
export function startHelper(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): HelperProcess {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--no-new-privs", "--", ...command], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env: { ...env },
  });
  const line = child.stdio[3];
  const said =
    line instanceof Readable ? firstLine(line) : Promise.reject(new Error("no descriptor"));
  // Not everybody waits for a line.
  said.catch(() => undefined);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    child.once("close", (code, signal) => {
      resolve(`${command[0] ?? ""} ended with ${code ?? signal ?? "nothing"}`);
    });
  });
  return { said, ended, kill: () => child.kill("SIGKILL") };
}

export type ProgramProcess = ChildProcess;

/** Starts a program of ours in a process of its own, as what records one task: what breaks it breaks no other. */
export function startProgram(path: string): ProgramProcess {
  return fork(path, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "json" });
}
