import { expect, it } from "vitest";
import { shared, timesReport } from "../../../tools/testing/times.ts";

it("the end of a run says what each part took, and of all how much", () => {
  const taken = [
    { what: "set-up of images", seconds: 7.4 },
    { what: "integration", seconds: 412.6 },
    { what: "taking down", seconds: 60 },
  ];
  expect(timesReport(taken).split("\n")).toEqual([
    "Where the time went",
    "  part              time  share",
    "  set-up of images  0:07  2 %",
    "  integration       6:53  86 %",
    "  taking down       1:00  13 %",
    "  all               8:00",
  ]);
});

it("the time of groups that ran side by side is theirs as their files took of it", () => {
  const fileSeconds = new Map([
    ["policy", 100],
    ["integration", 300],
  ]);
  expect(shared(200, fileSeconds)).toEqual([
    { what: "policy", seconds: 50 },
    { what: "integration", seconds: 150 },
  ]);
  expect(shared(8, new Map([["broken", 0]]))).toEqual([{ what: "broken", seconds: 8 }]);
});
