import { expect, test } from "vitest";
import { quantityOf } from "../../contracts/quantity.ts";

test.each([
  ["500m", 0.5],
  ["250u", 0.00025],
  ["2", 2],
  ["1.5", 1.5],
  ["1k", 1000],
  ["512Mi", 512 * 2 ** 20],
  ["2Pi", 2 * 2 ** 50],
  ["0", 0],
])("quantity %s is %d of its base unit", (text, value) => {
  expect(quantityOf(text)).toBe(value);
});

test.each(["", "odd", "1.5.1", "-1", "10gi", "5 Gi", "1e3", "1constructor"])(
  '"%s" is no quantity',
  (text) => {
    expect(quantityOf(text)).toBeUndefined();
  },
);
