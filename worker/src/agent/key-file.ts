import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isKey, workerKeyKind } from "@framewright/contracts/api-key.ts";

/** Where a worker that registered with a token keeps its key: a restart must not need another token. */
export interface KeyFile {
  /** Undefined where there is none yet. */
  readonly read: () => Promise<string | undefined>;
  readonly write: (key: string) => Promise<void>;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function keyFileAt(path: string): KeyFile {
  return {
    read: async () => {
      try {
        const key = (await readFile(path, "utf8")).trim();
        if (isKey(workerKeyKind, key)) return key;
        throw new Error(
          `${path} holds no key of a worker; remove it, and register with a new token`,
        );
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    // Either the former key or the new one is there, whenever the machine stops.
    write: async (key) => {
      const next = `${path}.next`;
      const file = await open(next, "w", 0o600);
      try {
        await file.writeFile(`${key}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, path);
      await syncFolder(path);
    },
  };
}
