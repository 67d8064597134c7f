import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { test } from "vitest";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "../../.github/workflows");

const Scripts = Type.Object({
  jobs: Type.Record(
    Type.String(),
    Type.Object({ steps: Type.Array(Type.Object({ run: Type.Optional(Type.String()) })) }),
  ),
});

test.each(readdirSync(folder))("the scripts of %s are shell", (file) => {
  const { jobs } = Value.Parse(Scripts, parse(readFileSync(join(folder, file), "utf8")));
  for (const { run } of Object.values(jobs).flatMap(({ steps }) => steps)) {
    if (run !== undefined) execFileSync("bash", ["-n"], { input: run });
  }
});
