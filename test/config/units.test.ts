import { expect, test } from "vitest";
import { compareQuantities, parseDurationMs, parseQuantity } from "../../config/units.ts";

test.each([
  ["500m", 0.5],
  ["2", 2],
  ["1.5", 1.5],
  ["1k", 1000],
  ["512Mi", 512 * 2 ** 20],
  ["10Gi", 10 * 2 ** 30],
  ["1G", 1e9],
  ["0", 0],
])("quantity %s is %d of its base unit", (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each(["", "two", "1.5.1", "-1", "10gi", "5 Gi"])('"%s" is refused as a quantity', (text) => {
  expect(() => parseQuantity(text)).toThrow(`"${text}" is not a Kubernetes quantity`);
});

test.each([
  ["1024Mi", "1Gi", 0],
  ["500m", "1", -1],
  ["1Gi", "1G", 1],
])("%s against %s compares as %d", (a, b, sign) => {
  expect(Math.sign(compareQuantities(a, b))).toBe(sign);
});

test.each([
  ["250ms", 250],
  ["30s", 30_000],
  ["15m", 900_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
])("duration %s is %d ms", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each(["", "30", "s", "1.5h", "3w"])('"%s" is refused as a duration', (text) => {
  expect(() => parseDurationMs(text)).toThrow(`"${text}" is not a duration`);
});
