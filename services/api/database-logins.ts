import type { DatabaseBackend } from "../kit/backends/database.ts";
import { alternatingPassword, type SecretPlace } from "../kit/secrets/password.ts";
import { secretList, secretText, type SecretText } from "../kit/secrets/secret-text.ts";

/** A role that may connect, made by the migration before anything uses it. */
export interface DatabaseLogin {
  readonly name: string;
  readonly password: SecretText;
}

export interface DatabaseLogins {
  /** The one that is used, and the one that pods from before the last rotation have. */
  readonly all: readonly DatabaseLogin[];
  /** The database as programs reach it: not as its owner. */
  readonly backend: DatabaseBackend;
}

/** Odd and even generations are two roles: a new password never takes away the one that running pods connect with. */
function loginName(generation: number): string {
  return `framewright_app_${generation % 2}`;
}

/**
 * Programs log in as roles that read and write rows and own nothing.
 *
 * @param rotation how often their password was replaced
 */
export function databaseLogins(
  name: string,
  database: DatabaseBackend,
  { rotation, ...place }: SecretPlace & { readonly rotation: number },
): DatabaseLogins {
  const { current, previous } = alternatingPassword(`${name}-database-password`, place, rotation);
  const role = loginName(rotation);
  const before = previous && { name: loginName(rotation - 1), password: previous };
  return {
    all: [{ name: role, password: current }, ...(before ? [before] : [])],
    backend: { ...database, url: database.urlAs(role, current) },
  };
}

/** As the migration reads them. Their names and passwords are letters, digits and underscores, which JSON takes as they are. */
export function loginsAsJson(logins: readonly DatabaseLogin[]): SecretText {
  return secretList(
    logins.map(({ name, password }) => secretText`{"name":"${name}","password":"${password}"}`),
  );
}
