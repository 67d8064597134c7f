import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { totalsFile } from "../../../tools/testing/totals.ts";

it("nothing that went wrong is counted as passed or skipped", () => {
  const config = join(import.meta.dirname, "fixtures/vitest.config.ts");
  const { stdout } = spawnSync("vitest", ["run", "--config", config], { encoding: "utf8" });

  const skipped = [
    { name: "outcomes.fixture.ts > lacks something", lacks: "a GPU" },
    {
      name: "outcomes.fixture.ts > does not say what it lacks",
      lacks: "it does not say what it lacks",
    },
  ];
  // Failed: one test, two behind a beforeAll, an afterAll, a file that can't be loaded, a lost promise.
  expect(JSON.parse(readFileSync(totalsFile("fixtures"), "utf8"))).toEqual({
    passed: 3,
    failed: 6,
    skipped,
  });
  for (const { name, lacks } of skipped) expect(stdout).toContain(`skipped ${name}: ${lacks}`);
});
