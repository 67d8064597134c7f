import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../../../worker/src/media/verify.ts";
import { newBench } from "../../cases/make.ts";
import { faults, type FaultRow } from "./faults.ts";
import { uploadOf, verdictOn, type Upload } from "./make-result.ts";
import { caps, sources } from "./sources.ts";

const folder = mkdtempSync(join(tmpdir(), "framewright-compare-"));
const bench = newBench(folder);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Each source is made and looked at once. */
function once<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const made = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const ended = new AbortController();
const { signal } = ended;

const upload = once(async (name: FaultRow["source"]): Promise<Upload> => ({
  ...(await uploadOf(await sources[name](bench), signal)),
  maxFps: caps[name],
}));
const rightVerdict = once(async (name: FaultRow["source"]): Promise<Verdict> =>
  verdictOn(await upload(name), { folder, signal }),
);

afterAll(() => {
  ended.abort();
});

describe.concurrent.each(faults)("of $kind", ({ source, fault, says, states }) => {
  it("it is said what is wrong", async () => {
    const { problems } = await verdictOn(await upload(source), { fault, folder, signal });
    expect(problems.join("\n")).toMatch(says);
  });

  it("the right result passes, and it is said that it was looked at", async () => {
    const { passed, problems } = await rightVerdict(source);
    expect(problems).toEqual([]);
    expect(passed.join("\n")).toMatch(states);
  });
});
