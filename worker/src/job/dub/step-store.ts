import { createHash } from "node:crypto";
import { Agent, request } from "undici";
import { maxStepBytes } from "@framewright/contracts/kept-steps.ts";
import type { FoundStep } from "../../agent/worker-api.ts";
import type { Attempt } from "../attempt.ts";

const dispatcher = new Agent({
  connect: { timeout: 5000 },
  headersTimeout: 60_000,
  bodyTimeout: 60_000,
});

/** The contract's most names of one call. */
const batch = 64;

/** What models have made before. It only spares work: where the store fails, a step is done again. */
export interface StepStore {
  /** Of these steps those that are kept, by their names. */
  readonly find: (names: readonly string[]) => Promise<Map<string, Buffer>>;
  readonly keep: (name: string, bytes: Buffer) => Promise<void>;
}

/** A name that says all that decides the outcome. */
export function stepName(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  // Each part with its length, so that no two lists of parts are alike.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest("hex");
}

async function fetchStep({ url, sizeBytes }: FoundStep, signal: AbortSignal): Promise<Buffer> {
  const { statusCode, body } = await request(url, { dispatcher, signal });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(`the store answered ${statusCode}`);
  }
  const bytes = Buffer.from(await body.arrayBuffer());
  if (bytes.length === sizeBytes) return bytes;
  throw new Error(`the store sent ${bytes.length} of ${sizeBytes} bytes`);
}

async function sendStep(
  { url, headers }: { readonly url: string; readonly headers: Record<string, string> },
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const { statusCode, body } = await request(url, {
    ...{ method: "PUT", dispatcher, body: bytes, signal },
    headers: { ...headers, "content-length": String(bytes.length) },
  });
  await body.dump();
  // 412: another attempt has kept the same.
  if (statusCode >= 300 && statusCode !== 412) {
    throw new Error(`the store answered ${statusCode}`);
  }
}

type StepStoreArgs = Pick<Attempt, "lease" | "log"> & {
  readonly api: Pick<Attempt["api"], "findSteps" | "keepStep">;
  readonly keeper: Pick<Attempt["keeper"], "signal">;
};

/** The steps of a job, in the object store beside its results. */
export function createStepStore({ api, lease, keeper, log }: StepStoreArgs): StepStore {
  const { signal } = keeper;
  // The first attempt at a job that speaks no earlier transcript finds nothing.
  const mayFind = lease.attempt > 1 || lease.edit?.dub?.script !== undefined;
  const tolerant = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error }, what);
      return undefined;
    }
  };
  return {
    find: async (names) => {
      const kept = new Map<string, Buffer>();
      for (let at = 0; mayFind && at < names.length; at += batch) {
        const asked = names.slice(at, at + batch);
        const failed = "kept steps cannot be looked for; they are done again";
        const found = await tolerant(failed, () => api.findSteps(lease, asked));
        const fetched = (found ?? []).map(async (step) => {
          const lost = "a kept step cannot be read; it is done again";
          const bytes = await tolerant(lost, () => fetchStep(step, signal));
          if (bytes) kept.set(step.name, bytes);
        });
        await Promise.all(fetched);
      }
      return kept;
    },
    keep: async (name, bytes) => {
      if (bytes.length === 0 || bytes.length > maxStepBytes) return;
      const md5 = createHash("md5").update(bytes).digest("base64");
      const step = { name, sizeBytes: bytes.length, md5 };
      await tolerant("a step cannot be kept; another attempt does it again", async () => {
        const ticket = await api.keepStep(lease, step);
        if (ticket) await sendStep(ticket, bytes, signal);
      });
    },
  };
}
