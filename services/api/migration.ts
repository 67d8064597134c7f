import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import { Component } from "../../infra/component.ts";
import type { Resources } from "../../infra/cluster.ts";
import { metadata } from "../kit/app.ts";
import { checksum } from "../kit/checksum.ts";
import { databaseAccess, type DatabaseBackend } from "../kit/database.ts";
import { secret, type EnvFor } from "../kit/env.ts";
import { openWay } from "../kit/network.ts";
import { podWithSecrets } from "../kit/pod-parts.ts";
import type { PodArgs } from "../kit/pod.ts";
import type { MigrateEnv } from "../../api/env.ts";
import { migrateApp } from "./identity.ts";

export interface MigrationArgs {
  readonly image: string;
  readonly database: DatabaseBackend;
  readonly bootstrapApiKey: pulumi.Output<string>;
  readonly logLevel: LogLevel;
}

const resources: Resources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "none", memory: "512Mi" },
};

/** Brings the schema up to date before the API of the same image starts. */
export class Migration extends Component {
  constructor(name: string, args: MigrationArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Migration", name, opts);
    const access = databaseAccess(args.database);
    const env = {
      ...access.env,
      BOOTSTRAP_API_KEY: secret(args.bootstrapApiKey),
      LOG_LEVEL: args.logLevel,
      DATABASE_WAIT_SECONDS: 120,
    } satisfies EnvFor<MigrateEnv>;
    const pod: PodArgs = {
      image: args.image,
      args: ["api/migrate.ts"],
      env,
      files: access.files,
      resources,
      priority: "platform-critical",
      graceSeconds: 60,
      restartPolicy: "OnFailure",
    };
    openWay(
      `${name}-to-database`,
      { from: migrateApp, to: args.database.endpoint },
      { parent: this },
    );
    const { template, parts } = podWithSecrets(name, migrateApp, pod, this);
    // The image's tag is its content, so a changed migration is another Job; a Job cannot change.
    const content = checksum({ image: args.image, pod: JSON.stringify(pod.args) });
    new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: metadata(migrateApp, `${migrateApp.name}-${content.slice(0, 10)}`),
        spec: { backoffLimit: 4, activeDeadlineSeconds: 540, template },
      },
      { parent: this, dependsOn: parts },
    );
    this.registerOutputs({});
  }
}
