import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rules } from "../../../policy/rules.ts";
import type { Finding } from "../../../tools/policy/engine-events.ts";
import { plainTable } from "../../../tools/testing/tables.ts";
import { profile } from "../kit/goldens.ts";
import { readExamples } from "../../golden/policies/examples.ts";
import { refused } from "../programs/all.ts";
import { Lanes } from "./lanes.ts";

/** What the strict profile makes of a rule. */
function levelOf(name: string): unknown {
  const rule = rules.find((one) => one.name === name);
  return profile("strict")[name]?.["enforcementLevel"] ?? rule?.level ?? "mandatory";
}

let lanes: Lanes;
/** What was found in each program, by the rule that it is for. */
const found = new Map<string, readonly Finding[]>();

/** These rules add up or compare the pools of a whole stack, so that their programs are stacks of their own. */
const alone = ["gpu-cost-ceiling", "gpu-pools-bounded", "spot-with-twin"];
const together = [...refused.keys(), "valid"].filter((rule) => !alone.includes(rule));
const half = Math.ceil(together.length / 2);
const stacks = [together.slice(0, half), together.slice(half), ...alone.map((rule) => [rule])];

/** The program whose component is the parent of the resource. */
function programOf({ urn }: Finding): string {
  return /::programs:([^$]+)\$/.exec(urn)?.[1] ?? "";
}

async function preview(rules: readonly string[]): Promise<void> {
  const programs = rules.join(",");
  const { findings, errors, evaluated, stderr } = await lanes.use((project) =>
    project.preview({ profile: "strict" }, { PROGRAMS: programs }),
  );
  if (!evaluated) throw new Error(`${programs}: ${errors.join("\n")}\n${stderr}`);
  const byProgram = Map.groupBy(findings, programOf);
  for (const rule of rules) found.set(rule, byProgram.get(rule) ?? []);
  found.set("", [...(found.get("") ?? []), ...(byProgram.get("") ?? [])]);
}

beforeAll(async () => {
  lanes = await Lanes.open(join(import.meta.dirname, "../programs"));
  await Promise.all(stacks.map(preview));
});

afterAll(() => {
  lanes.dispose();
  const rows = [...refused.keys()].map((rule) => [rule, found.get(rule)?.[0]?.message ?? ""]);
  console.log(plainTable({ title: "\nRefused programs", head: ["program", "message"], rows }));
});

it("a valid program has no finding, and no finding is about anything outside the programs", () => {
  expect(found.get("valid")).toEqual([]);
  expect(found.get("")).toEqual([]);
});

it.each([...readExamples()])(
  "the program %s is refused by that rule, and by no other",
  (rule, { said: says }) => {
    const findings = found.get(rule) ?? [];
    const said = findings
      .map(({ message }) => message.replaceAll(`shop-${rule}`, "shop"))
      .join("\n");
    expect([...new Set(findings.map((finding) => finding.rule))], said).toEqual([rule]);
    expect(said).toContain(says);
    expect([...new Set(findings.map(({ level }) => level))]).toEqual([levelOf(rule)]);
  },
);

it("there is such a program for every rule, and none for a rule that is not there", () => {
  expect([...refused.keys()].toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
});
