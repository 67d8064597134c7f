import * as pulumi from "@pulumi/pulumi";
import { secret, type EnvValue } from "../pods/env.ts";
import { knownText, type SecretText } from "../secrets/secret-text.ts";
import type { Destination } from "../network/network.ts";
import type { PodArgs } from "../pods/pod.ts";

/** Where jobs are kept, as its clients see it. */
export interface DatabaseBackend {
  readonly endpoint: Destination;
  /** With the owner's credentials. */
  readonly url: SecretText;
  /** The same database for another of its users. */
  readonly urlAs: (user: string, password: SecretText) => SecretText;
  /** With those of before the owner's last rotation, which the server may still have. */
  readonly formerUrl?: SecretText | undefined;
  /** PEM of the authorities that sign the server's certificate; without it there is no TLS. */
  readonly ca?: pulumi.Output<string> | undefined;
  /** How often these were replaced, where they are the stack's own. */
  readonly caRotation?: number | undefined;
}

function withUser(url: string, user: string, password: string): string {
  const own = new URL(url);
  own.username = user;
  own.password = password;
  return own.href;
}

/** Of a database whose URL Pulumi knows. */
export function urlAsAnother(url: pulumi.Output<string>): DatabaseBackend["urlAs"] {
  return (user, password) =>
    pulumi
      .all([url, knownText(password, "the address of a managed database")])
      .apply(([owner, known]) => withUser(owner, user, known));
}

const caFile = "/etc/framewright/database-ca.pem";

/** What a pod needs to connect. The authorities are a file: bundles are too long for a variable. */
export function databaseAccess({ url, ca }: DatabaseBackend): {
  readonly env: { readonly DATABASE_URL: EnvValue; readonly DATABASE_CA_FILE?: EnvValue };
  readonly files?: PodArgs["files"];
} {
  const env = { DATABASE_URL: secret(url) };
  return ca === undefined
    ? { env }
    : { env: { ...env, DATABASE_CA_FILE: caFile }, files: { [caFile]: ca } };
}
