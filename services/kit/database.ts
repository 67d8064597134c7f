import type * as pulumi from "@pulumi/pulumi";
import { secret, type EnvValue } from "./env.ts";
import type { Destination } from "./network.ts";
import type { PodArgs } from "./pod.ts";

/** Where jobs are kept, as its clients see it. */
export interface DatabaseBackend {
  readonly endpoint: Destination;
  /** With the owner's credentials. */
  readonly url: pulumi.Output<string>;
  /** With those of before the owner's last rotation, which the server may still have. */
  readonly formerUrl?: pulumi.Output<string> | undefined;
  /** PEM of the authorities that sign the server's certificate; without it there is no TLS. */
  readonly ca?: pulumi.Output<string>;
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
