import { expect, test } from "vitest";
import { overlap, parseCidr } from "../../config/cidr.ts";

test.each([
  ["10.10.0.0/20", 10 * 2 ** 24 + 10 * 2 ** 16, 4096, 20],
  ["0.0.0.0/0", 0, 2 ** 32, 0],
  ["203.0.113.7/32", 203 * 2 ** 24 + 113 * 2 ** 8 + 7, 1, 32],
])("%s begins at %d and has %d addresses", (cidr, first, size, prefix) => {
  expect(parseCidr(cidr)).toEqual({ first, last: first + size - 1, prefix });
});

test.each(["10.10.1.0/20", "10.0.0.0/33", "10.0.0.256/32", "10.0.0/8"])(
  "%s is no range",
  (cidr) => {
    expect(parseCidr(cidr)).toBeUndefined();
  },
);

test.each([
  ["10.0.0.0/8", "10.255.255.0/24", true],
  ["10.255.255.0/24", "10.0.0.0/8", true],
  ["10.0.0.0/16", "10.1.0.0/16", false],
])("%s and %s overlap: %s", (a, b, expected) => {
  expect(overlap(parseCidr(a)!, parseCidr(b)!)).toBe(expected);
});
