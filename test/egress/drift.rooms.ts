import { loadavg } from "node:os";
import { afterAll, beforeAll, expect, it } from "vitest";
import { requireWhole, startSourceStack, tableKinds, type SourceStack } from "./source-stack.ts";

const seconds = Number(process.env["DRIFT_SECONDS"] ?? 600);
const only = process.env["DRIFT_KINDS"]?.split(",");
const kinds = tableKinds.filter((kind) => only?.includes(kind) ?? true);

/** The drift of each kind of source in the table of docs/egress.md. It is printed. */
let stack: SourceStack;

beforeAll(async () => {
  stack = await startSourceStack();
}, 120_000);
afterAll(() => stack.close());

it(
  "from every kind of source sound and picture stay in step for ten minutes, side by side",
  async () => {
    const ended = await Promise.allSettled(kinds.map((kind) => stack.record(kind, seconds)));
    console.log(
      `load of the machine ${loadavg()
        .map((load) => load.toFixed(1))
        .join(" ")}`,
    );
    // All rows are printed before one of them may fail.
    const rows = [];
    for (const one of ended) {
      if (one.status === "fulfilled")
        rows.push({ one: one.value, found: await stack.look(one.value) });
    }
    for (const { one, found } of rows) requireWhole(one, found);
    expect(ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []))).toEqual(
      [],
    );
  },
  (2 * seconds + 240) * 1000,
);
