import pg from "pg";

/** https://www.postgresql.org/docs/17/errcodes-appendix.html: invalid_password */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "28P01";
}

/** Gives the account that the client has logged in as the password of this URL. */
export async function takePassword(client: pg.Client, url: string): Promise<void> {
  const password = decodeURIComponent(new URL(url).password);
  // Statements of this kind take no parameters.
  await client.query(`ALTER ROLE CURRENT_USER PASSWORD ${pg.escapeLiteral(password)}`);
}
