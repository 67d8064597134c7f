/** Of jobs, projects, webhook deliveries and recordings: a cursor is good for one list. */
type CursorKind = "j2" | "p1" | "w1" | "e1";

/** What a cursor looks like: a version, and the id of the last one shown without its hyphens. */
export const cursorPattern = (kind: CursorKind) => `^${kind}_[0-9a-f]{32}$`;

/** The cursor behind what has this id. Clients should not depend on its form. */
export function encodeCursor(kind: CursorKind, lastId: string): string {
  return `${kind}_${lastId.replaceAll("-", "")}`;
}

/** The id inside a text that matches the pattern. */
export function decodeCursor(cursor: string): string {
  return cursor.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
