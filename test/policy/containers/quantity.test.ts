import { describe, expect, it } from "vitest";
import { quantityOf } from "../../../policy/rules/containers/quantity.ts";

describe("a quantity", () => {
  it.each([
    ["0", 0],
    ["1", 1],
    [2, 2],
    ["+2", 2],
    ["1.5", 1.5],
    [".5", 0.5],
    ["2.", 2],
    ["500m", 0.5],
    ["700m", 0.7],
    ["250u", 0.00025],
    ["3n", 3e-9],
    ["1k", 1000],
    ["1M", 1e6],
    ["1G", 1e9],
    ["2T", 2e12],
    ["1P", 1e15],
    ["1E", 1e18],
    ["1Ki", 1024],
    ["64Mi", 67_108_864],
    ["1.5Gi", 1_610_612_736],
    ["1Ti", 2 ** 40],
    ["1Pi", 2 ** 50],
    ["1Ei", 2 ** 60],
    ["2e3", 2000],
    ["2E3", 2000],
    ["5e-1", 0.5],
  ])("%s is %d", (written, amount) => {
    expect(quantityOf(written)).toBe(amount);
  });

  it.each(["", "-1", -1, "1 Gi", "1gi", "1K", "1KB", "Gi", "1.2.3", "e3", "1e", true, null, {}])(
    "%j is none",
    (written) => {
      expect(quantityOf(written)).toBeUndefined();
    },
  );

  it("compares the same amount in two notations as equal", () => {
    for (let milli = 1; milli <= 2000; milli += 1) {
      expect(quantityOf(`${String(milli)}m`)).toBe(quantityOf(String(milli / 1000)));
    }
  });
});
