import { expect, test } from "vitest";
import * as workers from "../../../config/rules/workers.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const broken: Broken[] = [
  [
    "a version that the stack's own workers do not have",
    workers.ownWorkersAreNewEnough,
    configWith((config) => {
      config.api.minWorkerVersion = "1.10.0";
      config.images.tag = "v1.9.3";
    }),
    [
      `api.minWorkerVersion must not be later than the stack's own workers (it is 1.10.0, and images.tag is "v1.9.3")`,
    ],
  ],
];

test.each(broken)("%s is refused, with both", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(workers, broken)).toEqual([]);
});

test.each([
  ["1.9.3", "1.9.3"],
  ["1.9.3", "2.0.0"],
  [undefined, "0.1.0"],
  ["1.9.3", "dev"],
])("workers from %s on suit the tag %s", (least, tag) => {
  const config = configWith(({ api, images }) => {
    if (least !== undefined) api.minWorkerVersion = least;
    images.tag = tag;
  });
  expect(workers.ownWorkersAreNewEnough(config, facts)).toEqual([]);
});
