import { expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../../../api/jobs/cursor.ts";

const pattern = new RegExp(cursorPattern);

it("a cursor matches its pattern, and gives back the id that it was made of", () => {
  const id = newId();
  expect(encodeCursor(id)).toMatch(pattern);
  expect(decodeCursor(encodeCursor(id))).toBe(id);
});

it.each(["", "hello", newId(), encodeCursor("' OR 1=1 --"), encodeCursor(`${newId()}x`)])(
  "%j is no cursor",
  (text) => {
    expect(text).not.toMatch(pattern);
  },
);
