import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCanaries, type Canaries } from "./canary.ts";
import type { Hostile } from "./hostile.ts";
import { maxSeconds, runHarmless, runHostile, startLane, type Ending, type Lane } from "./lane.ts";

const lanes = 2;
/** So many cases of one lane are followed by a harmless file. */
const batch = 25;

interface Run {
  readonly endings: readonly Ending[];
  readonly canaryHits: () => number;
}

/** Declares a test for each case, two of which run at a time, each with a worker of its own. */
export function runCorpus(cases: readonly Hostile[], report: (run: Run) => void): void {
  const endings: Ending[] = [];
  const free: { lane: Lane; done: number }[] = [];
  const folder = mkdtempSync(join(tmpdir(), "framewright-canary-"));
  let canary: Canaries;

  beforeAll(async () => {
    canary = await startCanaries(folder);
    for (let index = 0; index < lanes; index += 1) free.push({ lane: await startLane(), done: 0 });
  });

  afterAll(async () => {
    report({ endings, canaryHits: canary.hits });
    canary.close();
    await Promise.all(free.map(({ lane }) => lane.bench.close()));
    rmSync(folder, { recursive: true });
  });

  it.concurrent.each(cases)(
    "$kind: $name",
    async (hostile) => {
      const { lane, done } = free.pop() ?? { lane: await startLane(), done: 0 };
      try {
        const ending = await runHostile(lane, hostile, canary);
        endings.push(ending);
        const last = (done + 1) % batch === 0 ? await runHarmless(lane) : [];
        expect([...ending.findings, ...last]).toEqual([]);
      } finally {
        free.push({ lane, done: done + 1 });
      }
    },
    3 * maxSeconds * 1000,
  );

  it("a harmless file behind all of these becomes a film", async () => {
    for (const { lane } of free) expect(await runHarmless(lane)).toEqual([]);
  });
}
