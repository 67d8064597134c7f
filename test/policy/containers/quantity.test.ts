import { expect, it } from "vitest";
import { quantityOf } from "../../../policy/rules/containers/resources.ts";

const amounts = { "0": 0, "+2": 2, "1.5": 1.5, ".5": 0.5, "2.": 2, "2e3": 2000, "5E-1": 0.5 };
const small = { "500m": 0.5, "700m": 0.7, "250u": 0.00025, "3n": 3e-9 };
const decimal = { "1k": 1000, "1M": 1e6, "1G": 1e9, "2T": 2e12, "1P": 1e15, "1E": 1e18 };
const binary = { "1Ki": 1024, "64Mi": 67_108_864, "1.5Gi": 1_610_612_736, "1Ei": 2 ** 60 };

it.each(Object.entries({ ...amounts, ...small, ...decimal, ...binary }))(
  "the quantity %s is %d",
  (written, amount) => {
    expect(quantityOf(written)).toBe(amount);
  },
);

it("a number is a quantity as it is", () => {
  expect(quantityOf(2)).toBe(2);
});

it.each(["", "-1", -1, "1 Gi", "1gi", "1K", "1KB", "Gi", "1.2.3", "e3", "1e", true, null, {}])(
  "%j is no quantity",
  (written) => {
    expect(quantityOf(written)).toBeUndefined();
  },
);

it("the same amount in two notations is equal", () => {
  for (let milli = 1; milli <= 2000; milli += 1) {
    expect(quantityOf(`${milli}m`)).toBe(quantityOf(String(milli / 1000)));
  }
});
