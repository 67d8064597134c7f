/** What a cursor looks like: a version, and the id of the last job shown without its hyphens. */
export const cursorPattern = "^j2_[0-9a-f]{32}$";

/** The cursor behind the job with this id. Clients should not depend on its form. */
export function encodeCursor(lastId: string): string {
  return `j2_${lastId.replaceAll("-", "")}`;
}

/** The id inside a text that matches the pattern. */
export function decodeCursor(cursor: string): string {
  return cursor.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
