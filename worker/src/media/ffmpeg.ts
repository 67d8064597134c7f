import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ChildrenTime } from "./children-time.ts";
import { watchMemory } from "./memory.ts";
import { lackingShare, lacksMemory, processFailure, type EndReason } from "./process-failure.ts";
import { createProgressParser, type EncodeProgress } from "./progress.ts";
import type { Access, Wrapper } from "./sandbox/wrapper.ts";

/** The programs, and what they run under. */
export interface Programs {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** What is put before each command, by what that one may open. */
  readonly wrapper: Wrapper;
  /** A media process that holds more is ended, before the kernel ends the worker with it. */
  readonly memoryBytes: number;
  /** The kernel gives no more to a media process; undefined where it has no limit of its own. */
  readonly dataBytes: number | undefined;
  /** All that media processes see of the environment: no secrets. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunOptions extends Access {
  readonly signal: AbortSignal;
  readonly onStdout?: (chunk: string) => void;
  readonly stdin?: Readable;
  /** Kill when nothing came from stdout for so long. */
  readonly stallMs?: number;
  readonly timeoutMs?: number;
  /** Told of the CPU seconds of the process when it has ended, however it ended. */
  readonly onCpu?: (seconds: number) => void;
  /** Of stdout; `latin1` keeps every byte as one character. */
  readonly encoding?: "utf8" | "latin1";
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const tailLines = 20;
const maxLine = 2000;

function keepTail(stream: Readable, onText: (text: string) => void): () => string[] {
  let lines: string[] = [];
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    onText(chunk);
    const parts = (rest + chunk).slice(-64 * 1024).split(/[\r\n]+/);
    rest = (parts.pop() ?? "").slice(0, maxLine);
    lines = [...lines, ...parts.map((part) => part.slice(0, maxLine))].slice(-tailLines);
  });
  return () => [...lines, rest].filter((line) => line !== "").slice(-tailLines);
}

/** The child leads its own process group, so that whatever it started dies with it. */
function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}

type MemoryLimits = Pick<Programs, "memoryBytes" | "dataBytes">;

interface Guard {
  readonly reason: () => EndReason | undefined;
  /** Share of the kernel's limit that it had asked for at most; 0 without a limit. */
  readonly dataShare: () => number;
  /** Ends the process if these words mean that the kernel gave it no more memory: ffmpeg may go on or hang. */
  readonly heed: (text: string) => void;
  readonly stop: () => void;
}

function watchdog(child: Child, options: RunOptions & MemoryLimits): Guard {
  let reason: EndReason | undefined;
  const killAs = (why: EndReason) => (): void => {
    reason ??= why;
    killGroup(child);
  };
  const kill = killAs("stalled");
  const limit = options.timeoutMs === undefined ? undefined : setTimeout(kill, options.timeoutMs);
  const idle = options.stallMs === undefined ? undefined : setTimeout(kill, options.stallMs);
  if (idle) child.stdout.on("data", () => idle.refresh());
  const { memoryBytes, dataBytes } = options;
  const memory =
    child.pid === undefined ? undefined : watchMemory(child.pid, memoryBytes, killAs("memory"));
  const dataShare = (): number =>
    dataBytes === undefined ? 0 : (memory?.peakData() ?? 0) / dataBytes;
  const heed = async (text: string): Promise<void> => {
    if (!lacksMemory(text)) return;
    await memory?.look();
    if (dataShare() > lackingShare) killAs("data")();
  };
  const stop = (): void => {
    clearTimeout(limit);
    clearTimeout(idle);
    memory?.stop();
  };
  return { reason: () => reason, dataShare, heed: (text) => void heed(text), stop };
}

function feed(child: Child, stdin: Readable | undefined): void {
  // A reader that has seen enough closes its end early: that is no failure of ours.
  const ignore = (): void => undefined;
  if (stdin) pipeline(stdin, child.stdin).catch(ignore);
  else child.stdin.on("error", ignore).end();
}

interface End {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

function ended(child: Child): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
}

/** The only place that starts a media process. Resolves when it ended well, rejects otherwise. */
async function run(
  command: string,
  args: readonly string[],
  options: RunOptions &
    Pick<Programs, "env"> &
    MemoryLimits & { readonly argv: readonly string[]; readonly children: ChildrenTime },
): Promise<void> {
  options.signal.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...options.env, AV_LOG_FORCE_NOCOLOR: "1" },
  });
  const abort = (): void => {
    killGroup(child);
  };
  options.signal.addEventListener("abort", abort, { once: true });
  const guard = watchdog(child, options);
  const tail = keepTail(child.stderr, guard.heed);
  child.stdout
    .setEncoding(options.encoding ?? "utf8")
    .on("data", (chunk: string) => options.onStdout?.(chunk));
  feed(child, options.stdin);
  try {
    const end = await ended(child);
    options.onCpu?.(options.children.take());
    options.signal.throwIfAborted();
    const reason = guard.reason();
    if (reason || end.exitCode !== 0) {
      const readsOwnOutput = options.stdin !== undefined;
      const { argv, memoryBytes, dataBytes } = options;
      const memory = { memoryBytes, dataBytes, dataShare: guard.dataShare() };
      throw processFailure({ ...end, ...memory, reason, readsOwnOutput, stderrTail: tail(), argv });
    }
  } finally {
    guard.stop();
    options.signal.removeEventListener("abort", abort);
  }
}

export interface EncodeOptions extends Access {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EncodeProgress) => void;
  readonly stallMs: number;
  readonly onCpu?: (seconds: number) => void;
}

export interface ToolOptions extends Omit<RunOptions, "onStdout" | "stallMs"> {
  /** Takes the output piece by piece, for what may be long; nothing is returned then. */
  readonly onOutput?: (chunk: string) => void;
}

/** What the rest of the worker sees of ffmpeg and ffprobe. */
export interface MediaTools {
  /** Runs an ffmpeg that reports to `-progress pipe:1`. */
  readonly encode: (args: readonly string[], options: EncodeOptions) => Promise<void>;
  /** Runs a short command and returns what it printed. */
  readonly run: (
    tool: "ffmpeg" | "ffprobe",
    args: readonly string[],
    options: ToolOptions,
  ) => Promise<string>;
}

export function createMediaTools(programs: Programs): MediaTools {
  const { env, wrapper, memoryBytes, dataBytes } = programs;
  const children = new ChildrenTime();
  const start = (program: string, args: readonly string[], options: RunOptions): Promise<void> => {
    const argv = [program, ...args];
    const [command = program, ...rest] = [...wrapper(options), ...argv];
    return run(command, rest, { ...options, env, memoryBytes, dataBytes, argv, children });
  };
  return {
    encode: (args, { onProgress, ...options }) =>
      start(programs.ffmpeg, args, { ...options, onStdout: createProgressParser(onProgress) }),
    run: async (tool, args, options) => {
      const chunks: string[] = [];
      const keep = (chunk: string): void => {
        chunks.push(chunk);
      };
      const { onOutput: onStdout = keep, ...rest } = options;
      await start(programs[tool], args, { ...rest, onStdout });
      return chunks.join("");
    },
  };
}
