import { expect, test } from "vitest";
import * as uploads from "../../../config/rules/uploads.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const broken: Broken[] = [
  [
    "an upload that no object of S3 holds",
    uploads.uploadsFitTheStore,
    configWith((config) => (config.limits.maxUploadBytes = "6Ti")),
    ["limits.maxUploadBytes must be at most 5Ti, the largest object of S3 (it is 6Ti)"],
  ],
  [
    "an upload that some workers have no space for",
    uploads.uploadsFitTheWorkers,
    configWith((config) => (config.limits.maxUploadBytes = "20Gi")),
    [
      "limits.maxUploadBytes is 20Gi, and workers.cpu.workDirectory of 10Gi holds sources of half its size: larger ones end as source-too-large there",
    ],
  ],
];

test.each(broken)("%s is refused or warned of, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(uploads, broken)).toEqual([]);
});

test("uploads of half the scratch space fit, and workers that are not there need none", () => {
  const config = configWith(({ limits, workers }) => {
    limits.maxUploadBytes = "20Gi";
    workers.cpu.workDirectory = "40Gi";
    workers.vaapi.workDirectory = "1Gi";
  });
  expect(Object.values(uploads).flatMap((rule) => rule(config, facts))).toEqual([]);
  const largest = configWith(({ limits }) => (limits.maxUploadBytes = "5Ti"));
  expect(uploads.uploadsFitTheStore(largest, facts)).toEqual([]);
});
