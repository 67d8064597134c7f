import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { metadata } from "../kit/app.ts";
import { alternatingPassword } from "../kit/password.ts";
import { encoded } from "../kit/pod-parts.ts";
import type { PodArgs } from "../kit/pod.ts";
import { app, database, port, user } from "./identity.ts";

const secretName = "postgres-owner";
const folder = "/etc/framewright-owner";
const keys = { password: "password", service: "pg_service.conf" } as const;

export interface Owner {
  readonly url: (host: string) => pulumi.Output<string>;
  /** Undefined before the first rotation. */
  readonly formerUrl: (host: string) => pulumi.Output<string> | undefined;
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
export function databaseOwner(name: string, rotation: number, parent: pulumi.Resource): Owner {
  const { current, previous } = alternatingPassword(`${name}-password`, parent, rotation);
  const secret = new k8s.core.v1.Secret(
    `${name}-owner`,
    {
      metadata: metadata(app, secretName),
      data: encoded({
        [keys.password]: current,
        // libpq refuses a file of passwords that root's group may read; this one it takes.
        [keys.service]: pulumi.interpolate`[owner]\npassword=${current}\n`,
      }),
    },
    { parent },
  );
  const urlWith = (host: string, password: pulumi.Output<string>) =>
    pulumi.interpolate`postgres://${user}:${password}@${host}:${port}/${database}`;
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
