import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { runCase } from "./run-case.ts";
import { cases } from "./table.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

describe.concurrent("of what people upload, a row of each kind (docs/inputs.md)", () => {
  it.each(cases.filter(({ quick }) => quick))("$name: $property", async (one) => {
    expect(await runCase(bench, one)).toEqual([]);
  });
});
