import { describe, expect, it } from "vitest";
import { bar, table } from "../../../tools/demo/report.ts";

describe("the progress bar", () => {
  it.each([
    [0, "░░░░"],
    [25, "█░░░"],
    [50, "██░░"],
    [62.5, "██▌░"],
    [100, "████"],
    [-5, "░░░░"],
    [140, "████"],
  ])("shows %s percent as %s", (percent, expected) => {
    expect(bar(percent, 4)).toBe(expected);
  });
});

describe("a table", () => {
  it("aligns the first column to the left and the others to the right", () => {
    const rows = [
      ["rendition", "bytes"],
      ["1080p", "12 MB"],
      ["720p", "5 MB"],
    ];
    expect(table(rows)).toBe("  rendition  bytes\n  1080p      12 MB\n  720p        5 MB");
  });
});
