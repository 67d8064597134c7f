import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { textsNamed } from "../../api/results/check-result.ts";
import type { StoredResult } from "../../api/results/stored-result.ts";
import type { JobResult } from "@framewright/contracts/job.ts";

/** What lies in the folder of an attempt, as the API sees it. */
export async function storedResult(folder: string, result: JobResult): Promise<StoredResult> {
  const sizes = new Map<string, number>();
  const texts = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file);
    sizes.set(path, (await stat(file)).size);
    if (textsNamed(result).includes(path)) texts.set(path, await readFile(file, "utf8"));
  }
  return { sizes, texts };
}
