import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { rules } from "../../policy/rules.ts";
import { parts, stackFileWith } from "../../tools/parts.ts";
import { withDependencies } from "../policy/kit/dependencies.ts";
import { evaluateStack, type TestResource } from "../policy/kit/evaluate.ts";
import { profile, resourcesOf } from "../policy/kit/goldens.ts";
import { goldenOf } from "../support/golden.ts";
import { runProgram } from "../support/stack.ts";

const file = "Pulumi.local.yaml";

/** What `npm run up -- --full` hands to the program beside the stack file itself. */
function fullSections(): Record<string, unknown> {
  const { config } = parse(stackFileWith(readFileSync(file, "utf8"), parts)) as {
    config: Record<string, unknown>;
  };
  const sections = Object.entries(config).filter(([, value]) => typeof value === "object");
  return Object.fromEntries(
    sections.map(([key, value]) => [key.replace("framewright:", ""), value]),
  );
}

let resources: TestResource[];
beforeAll(async () => {
  const instead = { ...fullSections(), local: { nodeFile: "test/support/node.json" } };
  const run = goldenOf(await runProgram({ stack: "local", file, instead }));
  resources = [...withDependencies(resourcesOf(run.resources))];
});

/** Golden files don't say what a Secret is made from; the update by the real engine does. */
const evaluated = rules.filter(({ name }) => name !== "literal-secrets");

test("`npm run up -- --full` gets past every policy", () => {
  const settings = profile("baseline");
  const found = evaluated.flatMap((rule) =>
    settings[rule.name]?.["enforcementLevel"] === "disabled"
      ? []
      : evaluateStack(rule, resources, { config: settings[rule.name] ?? {} }),
  );
  expect(found).toEqual([]);
});
