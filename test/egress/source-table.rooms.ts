import { afterAll, beforeAll, it } from "vitest";
import { requireWhole, startSourceStack, tableKinds, type SourceStack } from "./source-stack.ts";

/** The row of each kind of source in the table of docs/egress.md. It is printed. */
let stack: SourceStack;

beforeAll(async () => {
  stack = await startSourceStack();
}, 120_000);
afterAll(() => stack.close());

it.each(tableKinds)(
  "by %s all that was sent is recorded, and in step",
  async (kind) => {
    const recording = await stack.record(kind, 24);
    requireWhole(recording, await stack.look(recording));
  },
  180_000,
);
