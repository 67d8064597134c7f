import { expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { decodeCursor, encodeCursor } from "../../../api/jobs/cursor.ts";

it("a cursor gives back the id it was made of", () => {
  const id = newId();
  expect(decodeCursor(encodeCursor(id))).toBe(id);
});

it.each(["", "hello", newId(), encodeCursor("' OR 1=1 --"), encodeCursor(`${newId()}x`)])(
  "%j is no cursor",
  (text) => {
    expect(decodeCursor(text)).toBeUndefined();
  },
);
