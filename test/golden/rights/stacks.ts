import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { knownStacks } from "../../../tools/policy/stacks.ts";
import { parseAs } from "../../../tools/parse.ts";
import { runFullProgram } from "../../support/full-stack.ts";
import { goldenOf } from "../../support/golden.ts";
import type { Stack } from "./rights.ts";

const Golden = Type.Object({ resources: Type.Record(Type.String(), Type.Unknown()) });

/** The stacks that have golden files, as those say, and the local one with every part. */
export async function stacksWithRights(): Promise<Stack[]> {
  const known = knownStacks.map(({ name }) => {
    const file = join(import.meta.dirname, `../${name}.json`);
    const { resources } = parseAs(Golden, JSON.parse(readFileSync(file, "utf8")), file);
    return { name, resources };
  });
  const full = goldenOf(await runFullProgram());
  return [...known, { name: "full", resources: full.resources }];
}
