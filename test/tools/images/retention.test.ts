import { describe, expect, it } from "vitest";
import { rootName, superseded } from "../../../tools/images/retention.ts";

const hour = 3600_000;
const now = 1000 * hour;

function usedHoursAgo(hours: Readonly<Record<string, number>>): (ref: string) => number {
  return (ref) => now - (hours[ref] ?? 0) * hour;
}

describe("which images are superseded", () => {
  it("old ones are, but the two of each name that were used last stay", () => {
    const hours = { "x/api:1": 400, "x/api:2": 300, "x/api:3": 200, "x/redis:1": 500 };
    expect(superseded(Object.keys(hours), usedHoursAgo(hours), now)).toEqual(["x/api:1"]);
  });

  it("none are that another clone used within two days", () => {
    const hours = { "x/api:1": 47, "x/api:2": 30, "x/api:3": 1, "x/api:4": 0 };
    expect(superseded(Object.keys(hours), usedHoursAgo(hours), now)).toEqual([]);
  });
});

it("a root is named by image and hash", () => {
  expect(rootName("framewright.local/local-path-helper:0123")).toBe("local-path-helper-0123");
});
