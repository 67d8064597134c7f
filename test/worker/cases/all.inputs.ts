import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { runCase } from "./run-case.ts";
import { knownGaps, themes } from "./table.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

describe.each(themes)("$title", ({ cases }) => {
  it.concurrent.each(cases)("$name: $property", async (one) => {
    expect(await runCase(bench, one)).toEqual([]);
  });
});

it.concurrent.each(knownGaps)(
  "$name is still a known gap, or its row belongs to a theme",
  async (one) => {
    expect(await runCase(bench, one)).not.toEqual([]);
  },
);
