import * as pulumi from "@pulumi/pulumi";
import type { BackupsSection } from "../../config/schema.ts";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import type { Endpoint } from "../kit/app.ts";
import { openToRepository, type BackupRepository } from "../kit/backends/backup-repository.ts";
import { authorityOf } from "../kit/tls/certificates.ts";
import { openEdge } from "../kit/network/network.ts";
import { generatePassword, generateSeed, type SecretPlace } from "../kit/secrets/password.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { ScheduledJob } from "../kit/workloads/scheduled-job.ts";
import { backupPart, repositoryPart, type BackupAccess, type Identity } from "./backup-access.ts";
import { backupClient } from "./backrest.ts";
import { app, backupApp, database, drillApp, restoreApp, user, volume } from "./identity.ts";

export interface BackupArgs {
  readonly section: BackupsSection;
  readonly repository: BackupRepository;
}

/** What the server and the jobs share, made once. */
export interface Backups {
  readonly access: BackupAccess;
  /** Where the server hands out its files. */
  readonly handout: Endpoint;
  readonly server: Identity;
  readonly client: Identity;
}

/** The keys of the backups: what encrypts them, and by what server and jobs know each other. */
export function backupKeys(
  name: string,
  { section, repository, handout }: BackupArgs & Pick<Backups, "handout">,
  place: SecretPlace,
): Backups {
  const cipherKey = generatePassword(`${name}-cipher-key`, place, { length: 48 });
  const authority = generateSeed(`${name}-certificates`, place.parent).apply((password) =>
    authorityOf(password, "framewright backups"),
  );
  const ca = authority.certificate;
  const identityOf = (names: readonly string[], subject: string): Identity => ({
    ca,
    own: pulumi.secret(authority.apply((own) => own.issue({ subject, names }))),
  });
  return {
    access: { repository, retentionDays: section.retentionDays, cipherKey },
    handout,
    server: identityOf([handout.host], app.name),
    client: identityOf([], backupClient),
  };
}

export interface BackupJobsArgs extends Backups {
  readonly cluster: Pick<Cluster, "image" | "storageClass">;
  readonly section: BackupsSection;
  /** Of the server, which a restore runs for a while. */
  readonly settings: readonly string[];
  readonly resources: Resources;
  readonly storage: string;
}

const hour = 3600;

/** Makes backups, proves that one can restore them, and holds the pod that `npm run restore` starts. */
export class BackupJobs extends Component {
  constructor(name: string, args: BackupJobsArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "BackupJobs", name, opts);
    makeBackups(name, args, this);
    makeRestores(name, args, this);
    this.registerOutputs({});
  }
}

function makeBackups(name: string, args: BackupJobsArgs, parent: pulumi.Resource): void {
  const { access, client, cluster, section, handout } = args;
  openEdge(`${name}-to-server`, { from: backupApp, to: handout }, { parent });
  openToRepository(`${name}-backup`, { from: backupApp, ...access }, parent);
  const { env, files } = backupPart(access, client, handout.host);
  new ScheduledJob(
    `${name}-backup`,
    {
      app: backupApp,
      schedule: section.schedule,
      retries: 6,
      deadlineSeconds: 12 * hour,
      firstRun: "postgres-first-backup",
      pod: {
        image: cluster.image("postgres"),
        args: ["postgres-backup"],
        env: { ...env, BACKUP_FULL_WEEKDAY: section.fullWeekday },
        files,
        fileMode: 0o440,
        resources: section.resources,
        priority: "platform-critical",
        graceSeconds: 60,
      },
    },
    { parent },
  );
}

/** A pod that restores and runs the server for a while. */
function restoringPod(args: BackupJobsArgs): Omit<PodArgs, "priority"> {
  const { cluster, resources } = args;
  const { env, files } = repositoryPart(args.access);
  return {
    image: cluster.image("postgres"),
    env: { ...env, POSTGRES_USER: user, POSTGRES_DB: database },
    files,
    dataDirectory: volume,
    resources,
    graceSeconds: 60,
  };
}

function makeRestores(name: string, args: BackupJobsArgs, parent: pulumi.Resource): void {
  const { access, section, settings, cluster, storage } = args;
  const { drill } = section;
  const once = { retries: 0, deadlineSeconds: 12 * hour };
  openToRepository(`${name}-drill`, { from: drillApp, ...access }, parent);
  new ScheduledJob(
    `${name}-drill`,
    {
      ...once,
      app: drillApp,
      schedule: drill.enabled ? drill.schedule : undefined,
      pod: {
        ...restoringPod(args),
        args: ["postgres-restore", "drill", ...settings],
        // As large as that of the server, and gone with the pod.
        dataVolume: { storage, storageClass: cluster.storageClass },
        priority: "batch-low",
      },
    },
    { parent },
  );
  openToRepository(`${name}-restore`, { from: restoreApp, ...access }, parent);
  new ScheduledJob(
    `${name}-restore`,
    {
      ...once,
      app: restoreApp,
      schedule: undefined,
      pod: {
        ...restoringPod(args),
        // `npm run restore` puts the wanted time in place of the third word.
        args: ["postgres-restore", "in-place", "latest", ...settings],
        dataVolume: { claim: `data-${app.name}-0` },
        priority: "platform-critical",
      },
    },
    { parent },
  );
}
