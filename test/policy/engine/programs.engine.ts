import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../../policy/rules.ts";
import { plainTable } from "../../../tools/testing/tables.ts";
import { Lanes } from "./lanes.ts";
import { expected, levelOf, programFolder, refusedPrograms } from "./refused.ts";

let lanes: Lanes;
/** The rule, what it said, and how long the preview took. */
const shown: string[][] = [];

beforeAll(async () => {
  lanes = await Lanes.open(programFolder);
});

afterAll(() => {
  lanes.dispose();
  const rows = shown.toSorted(([a = ""], [b = ""]) => a.localeCompare(b));
  const title = `\n${rows.length} programs refused by the profile strict`;
  console.log(plainTable({ title, head: ["program", "message", "s"], rows }));
});

function previewed(program: string) {
  return lanes.use((project) => project.preview({ profile: "strict" }, { PROGRAM: program }));
}

it("lets a valid program pass without a word", async () => {
  const { code, findings, errors, stdout } = await previewed("valid");
  expect({ findings, errors }, stdout).toEqual({ findings: [], errors: [] });
  expect(code).toBe(0);
});

describe.concurrent.each(refusedPrograms)("the program %s", (program) => {
  it("is refused by the rule of that name, and by no other", async () => {
    const { code, findings, stdout, stderr, seconds } = await previewed(program);
    const said = findings.map(({ message }) => message).join("\n");
    expect([...new Set(findings.map(({ rule }) => rule))], `${said}\n${stderr}${stdout}`).toEqual([
      program,
    ]);
    const part = expected.get(program);
    expect(part, `expected/ says nothing of ${program}`).toBeDefined();
    expect(said).toContain(part);
    const level = levelOf(program);
    expect([...new Set(findings.map((finding) => finding.level))]).toEqual([level]);
    expect(code === 0).toBe(level === "advisory");
    const [, ...sentences] = (findings[0]?.message ?? "").split("\n");
    shown.push([program, sentences.join(" "), seconds.toFixed(1)]);
  });
});

it("there is such a program for every rule, and none for a rule that is not there", () => {
  const names = rules.map(({ name }) => name).toSorted();
  expect(refusedPrograms.toSorted()).toEqual(names);
  expect([...expected.keys()].toSorted()).toEqual(names);
});
