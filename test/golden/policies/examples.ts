import { rules } from "../../../policy/rules.ts";
import { evaluateStack, type TestResource } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { files } from "../../policy/programs/all.ts";

interface Example {
  /** In `test/policy/programs`. */
  readonly file: string;
  readonly said: string;
}

/** By rule, the program that it alone refuses, and what it says of that. */
export type Examples = ReadonlyMap<string, Example>;

/** The first that a rule says of a program under the profile `strict`, without the fix. */
function saidBy(name: string, program: readonly TestResource[]): string {
  const rule = rules.find((one) => one.name === name);
  const config = profile("strict")[name] ?? {};
  const [message] = rule === undefined ? [] : evaluateStack(rule, program, { config });
  if (message === undefined) throw new Error(`No rule ${name} refuses its program`);
  return message.replace(/\. Fix: .*$/s, "");
}

export function readExamples(): Examples {
  const all = Object.entries(files).flatMap(([file, programs]) =>
    Object.entries(programs).map(
      ([rule, program]) => [rule, { file, said: saidBy(rule, program) }] as const,
    ),
  );
  return new Map(all);
}

/** An example of what is refused, and what is said of it; nothing for a rule without one. */
export function renderExample(rule: string, examples: Examples): string[] {
  const example = examples.get(rule);
  if (example === undefined) return [];
  const { file, said } = example;
  const program = `[${file}](../test/policy/programs/${file})`;
  return [`**Refused**, for example: ${program}, with \`${said.replaceAll("`", "'")}\`.`];
}
