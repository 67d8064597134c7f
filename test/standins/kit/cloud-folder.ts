import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import path from "node:path";

/** The folder of the simulated cloud that this process works on. */
export function cloudFolder(): string {
  const folder = process.env["FRAMEWRIGHT_CLOUD"];
  if (folder === undefined || folder === "") {
    throw new Error("FRAMEWRIGHT_CLOUD must name the folder of the simulated cloud");
  }
  return path.resolve(folder);
}

/** Writes a file so that a reader sees the old text or the new one, never a half. */
export function writeAtomically(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
