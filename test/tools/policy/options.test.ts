import { expect, test } from "vitest";
import { policyOptions, policyUsage } from "../../../tools/policy/options.ts";
import { knownStacks } from "../../../tools/policy/stacks.ts";

test("without arguments all stacks are evaluated, each by the profile that suits it", () => {
  const { sources, json } = policyOptions([]);
  expect(sources).toEqual(knownStacks);
  expect(json).toBe(false);
});

test("stacks and a profile can be chosen, each stack once", () => {
  const args = [
    "--stack",
    "dev-gke",
    "--stack",
    "local",
    "--stack",
    "local",
    "--profile",
    "strict",
  ];
  const { sources, lanes } = policyOptions([...args, "--lanes", "9"]);
  expect(sources.map(({ name, profile }) => [name, profile])).toEqual([
    ["dev-gke", "strict"],
    ["local", "strict"],
  ]);
  expect(lanes).toBe(2);
});

test.each([
  [["--profile", "lax"], 'There is no profile "lax". There are: baseline, strict'],
  [["--lanes", "none"], '--lanes is "none"'],
  [["--lanes", "0"], '--lanes is "0"'],
  [["--stacks", "local"], "--stacks"],
  [["local"], "local"],
])("%j is refused with what is wrong", (args, message) => {
  expect(() => policyOptions(args)).toThrow(message);
});

test("the usage names every option", () => {
  for (const option of ["stack", "profile", "json", "sarif", "markdown", "lanes"]) {
    expect(policyUsage).toContain(`--${option}`);
  }
});
