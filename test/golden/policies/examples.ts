import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";

interface Example {
  /** In `test/policy/programs`. */
  readonly file: string;
  readonly said: string;
}

/** By rule, the program that it alone refuses, and what it says of that. */
export type Examples = ReadonlyMap<string, Example>;

const Expected = Type.Record(Type.String(), Type.String());

const programs = join(import.meta.dirname, "../../policy/programs");

export function readExamples(): Examples {
  const folder = join(programs, "expected");
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const file = `${basename(name, ".json")}.ts`;
      const messages = Value.Parse(Expected, JSON.parse(readFileSync(join(folder, name), "utf8")));
      return Object.entries(messages).map(([rule, said]) => {
        return [rule, { file, said }] as const;
      });
    }),
  );
}

/** An example of what is refused, and what is said of it; nothing for a rule without one. */
export function renderExample(rule: string, examples: Examples): string[] {
  const example = examples.get(rule);
  if (example === undefined) return [];
  const { file, said } = example;
  const [problem = said] = said.split(/\.? Fix: /);
  const program = `[${file}](../test/policy/programs/${file})`;
  return [`**Refused**, for example: ${program}, with \`${problem.replaceAll("`", "'")}\`.`];
}
