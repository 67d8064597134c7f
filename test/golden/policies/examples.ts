import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";

/** What each rule says of the program that breaks it alone, `test/policy/programs/<rule>.ts`. */
export type Examples = ReadonlyMap<string, string>;

const Expected = Type.Record(Type.String(), Type.String());

export function readExamples(): Examples {
  const folder = join(import.meta.dirname, "../../policy/programs/expected");
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return new Map(texts.flatMap((text) => Object.entries(Value.Parse(Expected, JSON.parse(text)))));
}

/** An example of what is refused, and what is said of it; nothing for a rule without one. */
export function renderExample(rule: string, examples: Examples): string[] {
  const said = examples.get(rule);
  if (said === undefined) return [];
  const [problem = said] = said.split(/\.? Fix: /);
  const program = `[${rule}.ts](../test/policy/programs/${rule}.ts)`;
  return [`**Refused**, for example: ${program}, with \`${problem.replaceAll("`", "'")}\`.`];
}
