import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JobFailure } from "../../../worker/src/failure.ts";
import { watchScratch } from "../../../worker/src/ops/scratch-watch.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const block = 4096;

/** Looks once at a volume of 100 blocks with two slots, on which the job and its neighbour have so much. */
async function lookOnce(own: number, neighbours: number, limitBytes: number | undefined) {
  const workDir = temporaryFolder("framewright-scratch-watch-");
  const dir = join(workDir, "jobs/own");
  for (const [folder, blocks] of [
    [dir, own],
    [join(workDir, "jobs/other"), neighbours],
  ] as const) {
    mkdirSync(join(folder, "out"), { recursive: true });
    writeFileSync(join(folder, "out/segment"), Buffer.alloc(blocks * block));
  }
  const looked = new AbortController();
  const failures: JobFailure[] = [];
  let used = 0;
  const onLook = (bytes: number): void => {
    used = bytes;
    looked.abort();
  };
  const onFull = (failure: JobFailure): void => {
    failures.push(failure);
  };
  await watchScratch(
    { space: { workDir, limitBytes, slots: 2 }, dir, onLook, onFull },
    looked.signal,
  );
  return { used, failures };
}

describe("the watch of a scratch volume", () => {
  const limit = 100 * block;
  it.each<[string, own: number, neighbours: number, limit: number | undefined, ends: boolean]>([
    ["goes on while there is room", 70, 20, limit, false],
    ["ends the job that has more than its part of a full volume", 70, 28, limit, true],
    ["spares the job that has less", 28, 70, limit, false],
    ["knows no end where the volume has none", 70, 28, undefined, false],
  ])("%s", async (_title, own, neighbours, limitBytes, ends) => {
    const { used, failures } = await lookOnce(own, neighbours, limitBytes);
    expect(used).toBe((own + neighbours) * block);
    expect(failures.map(({ code, kind }) => [code, kind])).toEqual(
      ends ? [["result-too-large", "input"]] : [],
    );
    if (ends) expect(failures[0]?.message).toContain(`${70 * block} bytes were written, and`);
  });
});
