import { expect, it } from "vitest";
import { newId } from "../../api/ids.ts";

it("an id is a UUID of version 7", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it("ids sort by the time they were made", () => {
  const times = [0, 1, 255, 256, 1_763_700_000_000, 2 ** 47];
  const ids = times.map((time) => newId(time));
  expect(ids.toSorted()).toEqual(ids);
});
