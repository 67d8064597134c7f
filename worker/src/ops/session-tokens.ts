import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

export interface SessionTokensArgs {
  /** Shared by all processes of the host that encode on this GPU. */
  readonly folder: string;
  /** How many there are. */
  readonly limit: number;
  readonly log: { warn: (facts: object, text: string) => void };
}

/** A holder shows that it lives so often; one that did not for `staleMs` has died, in whatever container. */
const touchMs = 5_000;
const staleMs = 30_000;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function ageMs(path: string): Promise<number | undefined> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Creates the file, which fails for all but one of those who try. */
async function create(path: string, holder: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o666);
    await file.writeFile(holder);
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Tokens that processes share by files, since they may be in containers that see nothing else of each other. */
export class SessionTokens {
  readonly #args: SessionTokensArgs;

  constructor(args: SessionTokensArgs) {
    this.#args = args;
  }

  get limit(): number {
    return this.#args.limit;
  }

  /** All of them or none; the returned function gives them back. */
  async take(count: number): Promise<(() => Promise<void>) | undefined> {
    const { folder, limit } = this.#args;
    await mkdir(folder, { recursive: true, mode: 0o777 });
    const holder = randomUUID();
    const taken: string[] = [];
    const giveBack = () => this.#giveBack(taken, holder);
    for (let index = 0; index < limit && taken.length < count; index += 1) {
      const path = join(folder, String(index));
      if (await this.#takeOne(path, holder)) taken.push(path);
    }
    if (taken.length < count) {
      await giveBack();
      return undefined;
    }
    const timer = setInterval(() => void this.#touch(taken), touchMs).unref();
    return async () => {
      clearInterval(timer);
      await giveBack();
    };
  }

  async #takeOne(path: string, holder: string): Promise<boolean> {
    if (await create(path, holder)) return true;
    const age = await ageMs(path);
    if (age !== undefined && age < staleMs) return false;
    // Of several that find it dead, only one can move it away.
    const dead = `${path}.${holder}`;
    try {
      await rename(path, dead);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
    await rm(dead, { force: true });
    return create(path, holder);
  }

  async #touch(paths: readonly string[]): Promise<void> {
    try {
      const now = new Date();
      await Promise.all(paths.map((path) => utimes(path, now, now)));
    } catch (error) {
      this.#args.log.warn({ err: error }, "an encoder session could not be marked as in use");
    }
  }

  async #giveBack(paths: readonly string[], holder: string): Promise<void> {
    try {
      for (const path of paths) {
        // One that was taken for dead has another holder by now.
        if ((await readFile(path, "utf8")) === holder) await rm(path, { force: true });
      }
    } catch (error) {
      if (!hasCode(error, "ENOENT")) {
        this.#args.log.warn({ err: error }, "an encoder session could not be given back");
      }
    }
  }
}
