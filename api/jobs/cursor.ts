const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A cursor is the id of the last job shown, encoded so that no client depends on its form. */
export function encodeCursor(lastId: string): string {
  return Buffer.from(`j1:${lastId}`).toString("base64url");
}

/** The id inside, or undefined when the text is not a cursor. */
export function decodeCursor(cursor: string): string | undefined {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const id = text.startsWith("j1:") ? text.slice(3) : "";
  return uuid.test(id) ? id : undefined;
}
