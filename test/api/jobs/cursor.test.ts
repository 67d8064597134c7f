import { expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { cursorPattern, decodeCursor, encodeCursor } from "../../../api/jobs/cursor.ts";

const pattern = new RegExp(cursorPattern("j2"));

it("a cursor matches its pattern, and gives back the id that it was made of", () => {
  const id = newId();
  expect(encodeCursor("j2", id)).toMatch(pattern);
  expect(decodeCursor(encodeCursor("j2", id))).toBe(id);
});

it.each([
  "",
  "hello",
  newId(),
  encodeCursor("j2", "' OR 1=1 --"),
  encodeCursor("j2", `${newId()}x`),
  encodeCursor("p1", newId()),
])("%j is no cursor", (text) => {
  expect(text).not.toMatch(pattern);
});
