import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { threadId } from "node:worker_threads";
import { interruptCommands } from "./exec.ts";

const interactive = process.stdout.isTTY;
const nameWidth = 22;

/** What went by, for the summary at the end. */
export const history: { name: string; seconds: number; note: string }[] = [];

export interface Progress {
  /** Shows what the step is doing now; on a terminal only, so that logs keep two lines a step. */
  readonly doing: (what: string) => void;
}

/** The steps that run now, each with what it does. */
const running = new Map<string, string>();

/** A terminal's last line shows what runs. */
function draw(): void {
  if (!interactive) return;
  const texts = [...running].map(([name, doing]) =>
    running.size === 1 ? `${name.padEnd(nameWidth)} ${doing}` : `${name} ${doing}`,
  );
  const line = `\r\x1b[2K  ${texts.join(" | ")}`;
  process.stdout.write(line.slice(0, (process.stdout.columns || 100) + 4));
}

function print(line: string): void {
  process.stdout.write(interactive ? `\r\x1b[2K  ${line}\n` : `  ${line}\n`);
  draw();
}

function show(name: string, doing: string): void {
  running.set(name, doing);
  draw();
}

/** True from when a step fails beside others until these have ended. */
let isEnding = false;

/** Runs one step of the set-up and prints a line with its elapsed time; a log has a line for its begin as well. */
export async function step<T>(
  name: string,
  work: (progress: Progress) => Promise<T>,
  note: (result: T) => string = () => "",
): Promise<T> {
  if (isEnding) throw new Error(`The step "${name}" was not begun, because another one failed`);
  const started = performance.now();
  if (!interactive) print(`${name.padEnd(nameWidth)} ...`);
  show(name, "...");
  const end = (said: string): number => {
    running.delete(name);
    const seconds = (performance.now() - started) / 1000;
    print(`${name.padEnd(nameWidth)} ${said.padEnd(44)} ${seconds.toFixed(1).padStart(7)} s`);
    return seconds;
  };
  try {
    const result = await work({
      doing: (what) => {
        show(name, what);
      },
    });
    const said = note(result);
    history.push({ name, seconds: end(said), note: said });
    return result;
  } catch (error) {
    end("failed");
    throw error;
  }
}

/**
 * Runs series of steps side by side. When a step fails, the commands of the others are ended and no other step begins;
 * its error is thrown once all have ended.
 */
export async function sideBySide(...series: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  const guarded = series.map(async (steps) => {
    try {
      await steps();
    } catch (error) {
      errors.push(error);
      isEnding = true;
      interruptCommands();
    }
  });
  await Promise.all(guarded);
  isEnding = false;
  if (errors.length > 0) throw errors[0];
}

export function hashOf(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Written whole or not at all, so that a killed set-up never leaves half a file that looks done. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  // Of this thread alone: another one may write the same file at the same time.
  const part = `${file}.${process.pid}-${threadId}.part`;
  writeFileSync(part, content, { mode });
  renameSync(part, file);
}

export function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
