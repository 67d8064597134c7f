import * as pulumi from "@pulumi/pulumi";
import type { DatabaseBackend } from "../kit/database.ts";
import { alternatingPassword } from "../kit/password.ts";

/** A role that may connect, made by the migration before anything uses it. */
export interface DatabaseLogin {
  readonly name: string;
  readonly password: pulumi.Output<string>;
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

function asLogin(owner: string, name: string, password: string): string {
  const url = new URL(owner);
  url.username = name;
  url.password = password;
  return url.href;
}

/**
 * Programs log in as roles that read and write rows and own nothing.
 *
 * @param rotation how often their password was replaced
 */
export function databaseLogins(
  name: string,
  database: DatabaseBackend,
  { rotation, parent }: { rotation: number; parent: pulumi.Resource },
): DatabaseLogins {
  const { current, previous } = alternatingPassword(`${name}-database-password`, parent, rotation);
  const role = loginName(rotation);
  const before = previous && { name: loginName(rotation - 1), password: previous };
  return {
    all: [{ name: role, password: current }, ...(before ? [before] : [])],
    backend: {
      ...database,
      url: pulumi
        .all([database.url, current])
        .apply(([owner, password]) => asLogin(owner, role, password)),
    },
  };
}

/** As the migration reads them. */
export function loginsAsJson(logins: readonly DatabaseLogin[]): pulumi.Output<string> {
  return pulumi.jsonStringify(logins);
}
