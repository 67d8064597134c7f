import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOr } from "../../tools/steps.ts";
import { ffmpegPath, ffprobePath, fontsFolder } from "./clips.ts";
import { mediaFolders, sandboxPath } from "./isolation.ts";
import { adminSecret, startFakeApi, type FakeApi, type FakeJob } from "./fake-worker-api.ts";

export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly log: () => string;
  /** Lines of the log that carry this message. */
  readonly lines: (message: string) => Record<string, unknown>[];
  readonly exited: Promise<number | null>;
}

/** A fake API with its store, a scratch folder, and the real worker as a process of its own. */
export interface WorkerBench {
  readonly api: FakeApi;
  readonly dir: string;
  readonly workDir: string;
  /** `enter` are words before the worker's command. */
  readonly start: (env?: Record<string, string>, enter?: readonly string[]) => WorkerProcess;
  readonly output: (jobId: string, attempt?: number) => string;
  readonly scratch: () => string[];
  /** Resident KiB of each media process that works in this bench's scratch. */
  readonly mediaMemory: () => number[];
  /** Process ids of encoders that work in this bench's scratch. */
  readonly encoders: () => number[];
  /** Resolves when the job's encoder runs; rejects when the job has failed before. */
  readonly encoding: (job: FakeJob) => Promise<void>;
  readonly close: () => Promise<void>;
}

const main = join(import.meta.dirname, "../../worker/main.ts");

/** What any worker here needs of its environment. */
export const workerTools = {
  PATH: sandboxPath,
  MEDIA_READS: mediaFolders.join(","),
  FFMPEG_PATH: ffmpegPath,
  FFPROBE_PATH: ffprobePath,
  MEDIA_FONTS: fontsFolder,
};

export function startProcess(
  env: Record<string, string>,
  enter: readonly string[] = [],
): WorkerProcess {
  // The worker ends with the test process, however that ends.
  const command = ["--pdeathsig", "KILL", "--", ...enter, process.execPath, main];
  const child = spawn("setpriv", command, { stdio: ["ignore", "pipe", "pipe"], env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines = (message: string): Record<string, unknown>[] =>
    text
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line["message"] === message);
  return { child, log: () => text, lines, exited };
}

interface Seen {
  readonly pid: number;
  readonly args: string;
}

/** All processes of the machine with this text in their arguments. `ps`, asked again and again, would take a core. */
function processesWith(text: string): Seen[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (Number.isNaN(pid)) return [];
    const args = readOr(`/proc/${pid}/cmdline`, "").replaceAll("\0", " ");
    return args.includes(text) ? [{ pid, args }] : [];
  });
}

function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readOr(`/proc/${pid}/status`, ""))?.[1] ?? 0);
}

function encodersWith(text: string): number[] {
  const found = processesWith(text).filter(({ args }) => args.includes("-progress"));
  return found.map(({ pid }) => pid);
}

export async function startBench(): Promise<WorkerBench> {
  const dir = mkdtempSync(join(tmpdir(), "framewright-worker-"));
  const workDir = join(dir, "work");
  const store = join(dir, "store");
  const api = await startFakeApi(store);
  const processes: WorkerProcess[] = [];
  return {
    api,
    dir,
    workDir,
    start: (env = {}, enter = []) => {
      const own = {
        ...workerTools,
        WORKER_API_URL: api.url,
        WORKER_ADMIN_SECRET: adminSecret,
        WORKER_NAME: "worker-under-test",
        WORKER_CLASSES: "cpu.720p,cpu.1080p",
        WORK_DIR: workDir,
        HEALTH_PORT: "0",
        LOG_LEVEL: "debug",
      };
      const started = startProcess({ ...own, ...env }, enter);
      processes.push(started);
      return started;
    },
    output: (jobId, attempt = 1) => join(store, jobId, `a${attempt}`),
    scratch: () => {
      try {
        return readdirSync(join(workDir, "jobs"));
      } catch {
        return [];
      }
    },
    mediaMemory: () => processesWith(workDir).map(({ pid }) => residentKib(pid)),
    encoders: () => encodersWith(workDir),
    encoding: (job) =>
      until("it encodes", () => {
        if (job.error) throw new Error(JSON.stringify(job.error));
        return encodersWith(workDir).length === 1;
      }),
    close: async () => {
      for (const { child, exited } of processes) {
        child.kill("SIGKILL");
        await exited;
      }
      await api.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Looks again until it is true; says what was waited for when it never was. */
export async function until(what: string, test: () => boolean, timeoutMs = 60_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!test()) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
