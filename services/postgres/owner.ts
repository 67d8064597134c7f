import type * as pulumi from "@pulumi/pulumi";
import { alternatingPassword, type SecretPlace } from "../kit/secrets/password.ts";
import { keepSecret } from "../kit/pods/pod-parts.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { app, database, port, user } from "./identity.ts";

/** The operator's has another name than Pulumi's, so that neither takes the other's away. */
const secretNames = { pulumi: "postgres-owner", operator: "postgres-owner-stored" } as const;
const folder = "/etc/framewright-owner";
const keys = { password: "password", service: "pg_service.conf" } as const;

/** How a user of the database reaches it. */
export function urlAs(host: string, name: string, password: SecretText): SecretText {
  return secretText`postgres://${name}:${password}@${host}:${port}/${database}`;
}

export interface Owner {
  readonly url: (host: string) => SecretText;
  /** Undefined before the first rotation. */
  readonly formerUrl: (host: string) => SecretText | undefined;
  /** What has to be there before the server's pod. */
  readonly secret: pulumi.Resource;
  /** What that pod has of it. */
  readonly part: Required<Pick<PodArgs, "env" | "secretFolders">>;
}

/**
 * The account that owns the database. Its password is in a Secret of its own, with which no pod is rolled: the server reads it when it
 * starts, and the migration gives a running one the new password. Programs in the server's pod read it from a file, which changes.
 *
 * @param rotation how often the password was replaced
 */
export function databaseOwner(name: string, rotation: number, place: SecretPlace): Owner {
  const { current, previous } = alternatingPassword(`${name}-password`, place, rotation);
  const data = {
    [keys.password]: current,
    // libpq refuses a file of passwords that root's group may read; this one it takes.
    [keys.service]: secretText`[owner]\npassword=${current}\n`,
  };
  const { parent, cluster } = place;
  const secretName = secretNames[cluster.secretStore === undefined ? "pulumi" : "operator"];
  const secret = keepSecret(`${name}-owner`, { app, secretName, data }, { parent });
  const urlWith = (host: string, password: SecretText) => urlAs(host, user, password);
  return {
    secret,
    url: (host) => urlWith(host, current),
    formerUrl: (host) => previous && urlWith(host, previous),
    part: {
      env: {
        POSTGRES_PASSWORD: { secretName, key: keys.password },
        OWNER_PASSWORD_FILE: `${folder}/${keys.password}`,
        PGSERVICEFILE: `${folder}/${keys.service}`,
        PGSERVICE: "owner",
      },
      secretFolders: { [folder]: secretName },
    },
  };
}
