import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import { Component } from "../../infra/component.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { metadata } from "../kit/app.ts";
import { checksum } from "../kit/secrets/checksum.ts";
import { databaseAccess, type DatabaseBackend } from "../kit/backends/database.ts";
import { secret, type EnvFor } from "../kit/pods/env.ts";
import { openWay } from "../kit/network/network.ts";
import { generatePassword } from "../kit/secrets/password.ts";
import { podWithSecrets } from "../kit/pods/pod-parts.ts";
import { secretsOf } from "../kit/pods/pod-secrets.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { storedDigest } from "../kit/secrets/stored-secret.ts";
import type { MigrateEnv } from "../../api/env.ts";
import { loginsAsJson, type DatabaseLogin } from "./database-logins.ts";
import { migrateApp } from "./identity.ts";

export interface MigrationArgs {
  readonly cluster: Pick<Cluster, "image" | "secretStore">;
  readonly database: DatabaseBackend;
  /** Roles that the programs log in as. */
  readonly logins: readonly DatabaseLogin[];
  /** How often their passwords were replaced, and that of the owner: another Job sets each. */
  readonly rotations: { readonly database: number; readonly databaseOwner: number };
  readonly bootstrapApiKey: SecretText;
  /** Whether an exporter reads figures of the database. */
  readonly monitored: boolean;
  readonly logLevel: LogLevel;
}

/** The migration makes it: api/metrics-role.ts. */
const metricsRole = "framewright_metrics";

/** Nothing of those that never were, so that a stack from before them keeps its Job. */
function rotationsOf({ database, databaseOwner }: MigrationArgs["rotations"]) {
  return {
    ...(database > 0 && { rotation: String(database) }),
    ...(databaseOwner > 0 && { owner: String(databaseOwner) }),
  };
}

/** Values of the owner's store come by a Secret that another content makes another one. */
function storedIn(pod: PodArgs) {
  const { stored } = secretsOf(pod);
  return Object.keys(stored).length > 0 && { stored: storedDigest(stored) };
}

const resources: Resources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "none", memory: "512Mi" },
};

/** Brings the schema up to date before the API of the same image starts. */
export class Migration extends Component {
  /** With the role that reads figures of the server; undefined where nobody does. */
  readonly metricsUrl: SecretText | undefined;

  constructor(name: string, args: MigrationArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Migration", name, opts);
    const access = databaseAccess(args.database);
    const image = args.cluster.image("api");
    const password = args.monitored
      ? generatePassword(`${name}-metrics-password`, { parent: this, cluster: args.cluster })
      : undefined;
    this.metricsUrl = password && args.database.urlAs(metricsRole, password);
    const env = {
      ...access.env,
      DATABASE_FORMER_URL: args.database.formerUrl && secret(args.database.formerUrl),
      DATABASE_LOGINS: secret(loginsAsJson(args.logins)),
      BOOTSTRAP_API_KEY: secret(args.bootstrapApiKey),
      METRICS_ROLE_PASSWORD: password && secret(password),
      LOG_LEVEL: args.logLevel,
      DATABASE_WAIT_SECONDS: 120,
    } satisfies EnvFor<MigrateEnv>;
    const pod: PodArgs = {
      image,
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
    const content = checksum({
      image,
      pod: JSON.stringify(pod.args),
      ...(args.monitored && { role: metricsRole }),
      ...rotationsOf(args.rotations),
      ...storedIn(pod),
      ...(args.database.caRotation !== undefined && { ca: String(args.database.caRotation) }),
    });
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
