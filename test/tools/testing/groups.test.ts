import { expect, it } from "vitest";
import { chosenGroups, groupNames, stagesOf } from "../../../tools/testing/groups.ts";
import config from "../../../vitest.config.ts";

it.each([
  {
    args: [],
    groups: ["unit", "program", "tools", "plugins", "policy", "clouds", "integration", "e2e"],
  },
  { args: ["--only", "unit"], groups: ["unit"] },
  { args: ["--only", "e2e,unit"], groups: ["unit", "e2e"] },
  { args: ["--only", "clouds-long,clouds"], groups: ["clouds", "clouds-long"] },
])("$args chooses $groups, in the order of their needs", ({ args, groups }) => {
  expect(chosenGroups(args)).toEqual(groups);
});

it("groups whose tests wait run side by side, at the turn of the first of them", () => {
  expect(stagesOf(chosenGroups([]))).toEqual([
    ...[["unit"], ["program"], ["tools"]],
    ...[["plugins", "policy", "clouds", "integration"], ["e2e"]],
  ]);
  expect(stagesOf(["clouds", "clouds-long"])).toEqual([["clouds"], ["clouds-long"]]);
});

it.each([
  { args: ["--only", "unit,end"], says: 'There is no group of tests "end"' },
  { args: ["--only"], says: "Use: npm test -- --only unit,plugins" },
  { args: ["unit"], says: "Use: npm test -- --only unit,plugins" },
])("$args is refused", ({ args, says }) => {
  expect(() => chosenGroups(args)).toThrow(says);
});

it("every group is a project of the runner, and the other way round", () => {
  const projects = config.test?.projects?.map((project) =>
    typeof project === "object" && "test" in project ? project.test?.name : undefined,
  );
  expect(projects).toEqual(groupNames);
});
