import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Problem } from "./problem.ts";

/** What a key of the stack file leads to, or why it leads nowhere. */
export type Found<T> = { readonly ok: T } | { readonly problem: Problem };

/** The content of a file that a key names. */
export function readText(path: string, problem: Omit<Problem, "problem">): Found<string> {
  try {
    return { ok: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { problem: { ...problem, problem: `names ${path}, which cannot be read (${reason})` } };
  }
}

/** Relative paths of the stack file start at the project's root. */
export function inside(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}
