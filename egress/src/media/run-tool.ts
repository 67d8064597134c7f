import type { Readable } from "node:stream";
import { redactText } from "@framewright/runtime/log.ts";
import { startMedia } from "../processes.ts";

/** The programs, and where they are looked for. */
export interface Programs {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly path: string;
}

export interface ToolRun {
  readonly tool: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly stdin?: Readable;
  /** Variables beside its path. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and gives what it printed; throws with its last words where it failed. */
export async function runTool(programs: Programs, run: ToolRun): Promise<string> {
  const { tool, args, signal, stdin, environment } = run;
  signal.throwIfAborted();
  const printed: string[] = [];
  const process = startMedia([programs[tool], ...args], {
    env: { PATH: programs.path, ...environment },
    ...(stdin && { stdin }),
    onStdout: (chunk) => {
      printed.push(chunk);
    },
  });
  signal.addEventListener("abort", process.kill, { once: true });
  try {
    const { code, signal: by, lines } = await process.ended;
    signal.throwIfAborted();
    if (code === 0) return printed.join("");
    const words = redactText(lines.slice(-5).join(" | "));
    throw new Error(`${tool} ended with ${code ?? by ?? "nothing"}: ${words}`);
  } finally {
    signal.removeEventListener("abort", process.kill);
  }
}
