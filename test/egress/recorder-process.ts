import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recorderTicket } from "../../runtime/recorder-ticket.ts";
import { adminSecret } from "../api/api-under-test.ts";
import { ffmpegPath, ffprobePath } from "../support/clips.ts";
import { sandboxPath } from "../support/isolation.ts";

/** The recorder as the pod runs it, with a folder of its own. */
export function startRecorderProcess(
  workerUrl: string,
  { name = "recorder-0", env = {} }: { name?: string; env?: Record<string, string> } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "framewright-egress-"));
  const ticketFile = join(folder, "ticket");
  writeFileSync(ticketFile, recorderTicket(adminSecret, name));
  const workDir = join(folder, "work");
  const command = ["--pdeathsig", "KILL", "--", process.execPath, "egress/main.ts"];
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
