import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../../policy/rules.ts";
import type { Finding } from "../../../tools/policy/engine-events.ts";
import { plainTable } from "../../../tools/testing/tables.ts";
import { Lanes } from "./lanes.ts";
import { expected, levelOf, programFolder, refusedPrograms } from "./refused.ts";

let lanes: Lanes;
/** What was found in each program, by its name. */
const found = new Map<string, readonly Finding[]>();

/** These rules add up or compare the pools of a whole stack, so that their programs are stacks of their own. */
const alone = ["gpu-cost-ceiling", "gpu-pools-bounded", "spot-with-twin"];
const together = refusedPrograms.filter((program) => !alone.includes(program));
const half = Math.ceil(together.length / 2);
const stacks = [
  together.slice(0, half),
  [...together.slice(half), "valid"],
  ...alone.map((name) => [name]),
];

/** The program whose component is the parent of the resource. */
function programOf({ urn }: Finding): string {
  return /::programs:([^$]+)\$/.exec(urn)?.[1] ?? "";
}

async function preview(programs: readonly string[]): Promise<void> {
  const { findings, errors, evaluated, stderr } = await lanes.use((project) =>
    project.preview({ profile: "strict" }, { PROGRAMS: programs.join(",") }),
  );
  if (!evaluated) throw new Error(`${programs.join(", ")}: ${errors.join("\n")}\n${stderr}`);
  const byProgram = Map.groupBy(findings, programOf);
  for (const program of programs) found.set(program, byProgram.get(program) ?? []);
  found.set("", [...(found.get("") ?? []), ...(byProgram.get("") ?? [])]);
}

beforeAll(async () => {
  lanes = await Lanes.open(programFolder);
  await Promise.all(stacks.map(preview));
});

afterAll(() => {
  lanes.dispose();
  const rows = refusedPrograms.map((name) => [name, found.get(name)?.[0]?.message ?? ""]);
  console.log(plainTable({ title: "\nRefused programs", head: ["program", "message"], rows }));
});

it("a valid program has no finding, and no finding is about anything outside the programs", () => {
  expect(found.get("valid")).toEqual([]);
  expect(found.get("")).toEqual([]);
});

describe.each(refusedPrograms)("the program %s", (program) => {
  it("is refused by the rule of that name, and by no other", () => {
    const findings = found.get(program) ?? [];
    const said = findings
      .map(({ message }) => message.replaceAll(`shop-${program}`, "shop"))
      .join("\n");
    expect([...new Set(findings.map(({ rule }) => rule))], said).toEqual([program]);
    const part = expected.get(program);
    expect(part, `expected/ says nothing of ${program}`).toBeDefined();
    expect(said).toContain(part);
    expect([...new Set(findings.map(({ level }) => level))]).toEqual([levelOf(program)]);
  });
});

it("there is such a program for every rule, and none for a rule that is not there", () => {
  const names = rules.map(({ name }) => name).toSorted();
  expect(refusedPrograms.toSorted()).toEqual(names);
  expect([...expected.keys()].toSorted()).toEqual(names);
});
