import { Type } from "typebox";
import { expect, it } from "vitest";
import { parseAs } from "../../tools/parse.ts";

const Lock = Type.Object({ pid: Type.Integer() });

it("a value of the right shape is returned as it is", () => {
  expect(parseAs(Lock, { pid: 7, more: true }, "The lock")).toEqual({ pid: 7, more: true });
});

it("a wrong one is reported with its name, the place and the reason", () => {
  expect(() => parseAs(Lock, { pid: "x" }, "The lock")).toThrow(
    /^The lock is not as expected: \/pid must be integer$/,
  );
  expect(() => parseAs(Lock, 3, "The lock")).toThrow(/^The lock is not as expected: it must be/);
});
