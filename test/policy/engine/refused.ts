import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { rules } from "../../../policy/rules.ts";
import { profile } from "../kit/goldens.ts";

export const programFolder = join(import.meta.dirname, "../programs");

/** Part of the message of a rule, by its name. */
const Expected = Type.Record(Type.String(), Type.String({ minLength: 10 }));

function readExpected(): ReadonlyMap<string, string> {
  const folder = join(programFolder, "expected");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    files.flatMap((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return Object.entries(Value.Parse(Expected, JSON.parse(text)));
    }),
  );
}

export const expected = readExpected();

/** Names of the programs that are refused, each that of the rule which does it. */
export const refusedPrograms = readdirSync(programFolder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => basename(name, ".ts"))
  .filter((name) => !["index", "valid"].includes(name));

/** What the strict profile makes of a rule. */
export function levelOf(name: string): unknown {
  const rule = rules.find((one) => one.name === name);
  return profile("strict")[name]?.["enforcementLevel"] ?? rule?.level ?? "mandatory";
}
