import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { expect, it } from "vitest";
import { GroupTotals, totalsFile } from "../../../tools/testing/totals.ts";

it("nothing that went wrong is counted as passed or skipped", () => {
  const config = join(import.meta.dirname, "fixtures/vitest.config.ts");
  rmSync(totalsFile("fixtures"), { force: true });
  const { stdout } = spawnSync("vitest", ["run", "--config", config], { encoding: "utf8" });

  const skipped = [
    { name: "outcomes.fixture.ts > lacks something", lacks: "a GPU" },
    {
      name: "outcomes.fixture.ts > does not say what it lacks",
      lacks: "it does not say what it lacks",
    },
  ];
  const failed = [
    { name: "after-all.fixture.ts", why: "something is left behind" },
    {
      name: "before-all.fixture.ts > after a set-up that failed > is wanted",
      why: "no database",
    },
    {
      name: "before-all.fixture.ts > after a set-up that failed > is wanted too",
      why: "no database",
    },
    { name: "loading.fixture.ts", why: "this file can't be loaded" },
    {
      name: "outcomes.fixture.ts > fails",
      why: "expected 1 to be 2 // Object.is equality",
    },
    {
      name: 'outside of any test, during "passes while something else fails"',
      why: "nobody waits for this",
    },
  ];
  const totals = Value.Parse(GroupTotals, JSON.parse(readFileSync(totalsFile("fixtures"), "utf8")));
  expect({ ...totals, failed: new Set(totals.failed) }).toEqual({
    passed: 3,
    fileSeconds: expect.any(Number) as number,
    failed: new Set(failed),
    skipped,
  });
  for (const { name, lacks } of skipped) expect(stdout).toContain(`skipped ${name}: ${lacks}`);
});
