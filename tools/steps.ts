import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const interactive = process.stdout.isTTY;

/** What went by, for the summary at the end. */
export const history: { name: string; seconds: number; note: string }[] = [];

export interface Progress {
  /** Shows what the step is doing now; on a terminal only, so that logs keep one line a step. */
  readonly doing: (what: string) => void;
}

/** Runs one step of the set-up and prints one line for it with its elapsed time. */
export async function step<T>(
  name: string,
  work: (progress: Progress) => Promise<T>,
  note: (result: T) => string = () => "",
): Promise<T> {
  const started = performance.now();
  const line = (state: string): string => `\r\x1b[2K  ${name.padEnd(22)} ${state}`;
  const show = (state: string): void => {
    if (interactive)
      process.stdout.write(line(state).slice(0, (process.stdout.columns || 100) + 4));
  };
  show("...");
  try {
    const result = await work({ doing: show });
    const seconds = (performance.now() - started) / 1000;
    const said = note(result);
    history.push({ name, seconds, note: said });
    const text = `${name.padEnd(22)} ${said.padEnd(44)} ${seconds.toFixed(1).padStart(7)} s`;
    process.stdout.write(interactive ? `\r\x1b[2K  ${text}\n` : `  ${text}\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${interactive ? "\r\x1b[2K" : ""}  ${name.padEnd(22)} failed\n`);
    throw error;
  }
}

export function hashOf(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Written whole or not at all, so that a killed set-up never leaves half a file that looks done. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, content, { mode });
  renameSync(`${file}.part`, file);
}

export function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
