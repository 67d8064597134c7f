import { expect, test } from "vitest";
import * as rotations from "../../../config/rules/rotations.ts";
import { expectProblems, gkeWith, untested, type Broken } from "../support.ts";

const broken: Broken[] = [
  [
    "the owner of a managed database",
    rotations.ownersPasswordIsOurs,
    gkeWith((config) => {
      Object.assign(config.postgres, { managed: {} });
      Object.assign(config.rotations, { databaseOwner: 1 });
    }),
    [
      "rotations.databaseOwner must be 0 where postgres.managed is set, whose owner is a resource of the cloud",
    ],
  ],
];

test.each(broken)("%s: refused", (...row) => {
  expectProblems(row);
});

test("every rule is broken by a case", () => {
  expect(untested(rotations, broken)).toEqual([]);
});
