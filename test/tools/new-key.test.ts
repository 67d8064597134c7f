import { expect, test } from "vitest";
import { clientKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import { newKey } from "../../tools/commands/new-key.ts";

test("npm run new-key prints a key that the API takes, and another one each time", () => {
  const keys = Array.from({ length: 50 }, newKey);
  expect(keys.filter((key) => !isKey(clientKeyKind, key))).toEqual([]);
  expect(new Set(keys).size).toBe(50);
});
