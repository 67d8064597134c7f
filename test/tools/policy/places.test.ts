import { expect, it, test } from "vitest";
import { fileAndLine, mainPlace, placeText } from "../../../tools/policy/places.ts";

it.each([
  [[], undefined, undefined],
  [
    ["infra/gke/bucket.ts:48", "infra/index.ts:28"],
    "infra/gke/bucket.ts:48",
    "infra/gke/bucket.ts:48",
  ],
  [
    ["services/kit/workloads/workload.ts:31", "services/api/api.ts:77", "services/index.ts:48"],
    "services/api/api.ts:77",
    "services/api/api.ts:77, through services/kit/workloads/workload.ts:31",
  ],
  [
    ["services/kit/workloads/workload.ts:31"],
    "services/kit/workloads/workload.ts:31",
    "services/kit/workloads/workload.ts:31",
  ],
])("of the places %j, %s comes first", (places, main, text) => {
  expect(mainPlace(places)).toBe(main);
  expect(placeText(places)).toBe(text);
});

test("a place is a file and a line", () => {
  expect(fileAndLine("a/b:c.ts:12")).toEqual({ file: "a/b:c.ts", line: 12 });
});
