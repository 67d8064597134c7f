import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recorderTicket } from "../../runtime/recorder-ticket.ts";
import { adminSecret } from "../api/api-under-test.ts";
import { ffmpegPath, ffprobePath } from "../support/clips.ts";
import { sandboxPath } from "../support/isolation.ts";

interface RecorderOptions {
  readonly name?: string;
  readonly env?: Record<string, string>;
  /** Words before its command. */
  readonly enter?: readonly string[];
}

/** The recorder as the pod runs it, with a folder of its own. */
export function startRecorderProcess(
  workerUrl: string,
  { name = "recorder-0", env = {}, enter = [] }: RecorderOptions = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "framewright-egress-"));
  const ticketFile = join(folder, "ticket");
  writeFileSync(ticketFile, recorderTicket(adminSecret, name));
  const workDir = join(folder, "work");
  mkdirSync(workDir);
  const command = ["--pdeathsig", "KILL", "--", ...enter, process.execPath, "egress/main.ts"];
  const child = spawn("setpriv", command, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      WORKER_API_URL: workerUrl,
      POD_NAME: name,
      RECORDER_TICKET_FILE: ticketFile,
      SOURCE_PORTS: Array.from({ length: 10_000 }, (_, index) => 20_000 + index).join(","),
      SOURCE_RANGES: "127.0.0.0/8",
      WORK_DIR: workDir,
      HEALTH_PORT: "0",
      FFMPEG_PATH: ffmpegPath,
      FFPROBE_PATH: ffprobePath,
      PATH: sandboxPath,
      ...env,
    },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      log += chunk;
    });
  }
  const exited = once(child, "exit");
  /** The ffmpeg that records the task, and its parent. */
  const encoderOf = (id: string): { pid: number; parent: number } | undefined =>
    execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(`${workDir}/${id}`) && line.includes("-progress"))
      .map((line) => line.trim().split(/ +/))
      .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }))
      .at(0);
  return {
    log: () => log,
    encoderOf,
    scratch: () => readdirSync(workDir),
    /** Its controller and all that it has started, at once. */
    killAll: () => {
      const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
        .split("\n")
        .map((line) => line.trim().split(/ +/).map(Number));
      const below = (parent: number): number[] =>
        rows.flatMap(([pid = 0, of]) => (of === parent ? [pid, ...below(pid)] : []));
      for (const pid of [child.pid ?? 0, ...below(child.pid ?? 0)]) process.kill(pid, "SIGKILL");
    },
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
    close: async () => {
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type RecorderProcess = ReturnType<typeof startRecorderProcess>;
