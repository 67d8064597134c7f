import { describe, expect, it } from "vitest";
import {
  numbersInWords,
  partBytesFor,
  partCount,
  partProblems,
  sizeOfPart,
} from "../../../api/jobs/part-layout.ts";

const [mebibyte, gibibyte, tebibyte] = [1024 ** 2, 1024 ** 3, 1024 ** 4];

describe("a file in parts", () => {
  it.each([
    [1, 5, 1],
    [12 * mebibyte, 5, 3],
    [5 * gibibyte, 6, 854],
    [100 * gibibyte, 103, 995],
    [5 * tebibyte, 640, 8192],
  ])("of %s bytes has parts of %s MiB, %s of them", (sizeBytes, mebibytes, count) => {
    const partBytes = partBytesFor(sizeBytes);
    expect([partBytes / mebibyte, partCount({ sizeBytes, partBytes })]).toEqual([mebibytes, count]);
  });

  it("has the rest in its last part, and none before the first or after the last", () => {
    const layout = { sizeBytes: 12 * mebibyte, partBytes: 5 * mebibyte };
    const sizes = [0, 1, 2, 3, 4].map((number) => sizeOfPart(layout, number));
    expect(sizes).toEqual([undefined, 5 * mebibyte, 5 * mebibyte, 2 * mebibyte, undefined]);
  });

  it("whose last part is full has no empty one after it", () => {
    const layout = { sizeBytes: 10 * mebibyte, partBytes: 5 * mebibyte };
    expect([partCount(layout), sizeOfPart(layout, 2)]).toEqual([2, 5 * mebibyte]);
  });

  it("of more parts than a store takes is a fault", () => {
    expect(() => partCount({ sizeBytes: 10_001, partBytes: 1 })).toThrow("10001 parts");
  });

  it.each([1, 5 * gibibyte, 625 * gibibyte, 5 * tebibyte])(
    "of %s bytes has parts that are the file together",
    (sizeBytes) => {
      const layout = { sizeBytes, partBytes: partBytesFor(sizeBytes) };
      const numbers = Array.from({ length: partCount(layout) }, (_, index) => index + 1);
      const sum = numbers.reduce((bytes, number) => bytes + (sizeOfPart(layout, number) ?? 0), 0);
      expect(sum).toBe(sizeBytes);
    },
  );
});

it("what is missing or has another size is named with both", () => {
  const layout = { sizeBytes: 12, partBytes: 5 };
  const part = (number: number, sizeBytes: number) => ({ number, sizeBytes, etag: "e" });
  expect(partProblems(layout, [part(3, 2), part(1, 4)])).toEqual({
    missing: [2],
    wrong: [{ ...part(1, 4), expected: 5 }],
  });
  expect(
    partProblems(
      layout,
      [1, 2, 3].map((n) => part(n, n === 3 ? 2 : 5)),
    ),
  ).toEqual({
    missing: [],
    wrong: [],
  });
});

it.each([
  [[7], "7"],
  [[1, 2, 3, 7, 9, 10], "1-3, 7, 9-10"],
  [[1, 3, 5, 7], "1, 3, 5 and more"],
])("the numbers %s are told as %s", (numbers, text) => {
  expect(numbersInWords(numbers, 3)).toBe(text);
});
