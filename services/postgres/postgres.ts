import type * as pulumi from "@pulumi/pulumi";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type Endpoint } from "../kit/app.ts";
import { openToRepository } from "../kit/backup-repository.ts";
import type { PodArgs } from "../kit/pod.ts";
import { backendProbes, exec, tcp } from "../kit/probes.ts";
import type { SecretText } from "../kit/secret-text.ts";
import { StatefulWorkload } from "../kit/stateful-workload.ts";
import { handoutPart, serverPart } from "./backup-access.ts";
import { BackupJobs, backupKeys, type BackupArgs, type Backups } from "./backup-jobs.ts";
import { archiveSettings } from "./backrest.ts";
import {
  app,
  database,
  handoutPort,
  memberPort,
  port,
  user,
  volume,
  writerService,
} from "./identity.ts";
import { findWriter, letMembersLead, memberPart } from "./members.ts";
import { databaseOwner, urlAs, type Owner } from "./owner.ts";
import { asArguments, serverSettings } from "./settings.ts";

export interface PostgresArgs {
  readonly cluster: Cluster;
  readonly storage: string;
  readonly resources: Resources;
  readonly maxConnections: number;
  /** Servers: of several one writes, and the others follow it. */
  readonly replicas: number;
  /** How often the owner's password was replaced. */
  readonly rotation: number;
  /** Unset: nobody makes backups. */
  readonly backups?: BackupArgs | undefined;
}

const ask = [
  "pg_isready",
  "--quiet",
  "--host=127.0.0.1",
  `--username=${user}`,
  `--dbname=${database}`,
];
// The first start makes the database; after a crash the log is replayed.
const probes = backendProbes((timing) => exec(ask, timing), 300);

function settingsOf({ resources, maxConnections, backups }: PostgresArgs) {
  const memoryLimit = resources.limits.memory;
  return {
    ...serverSettings({ memoryLimit, maxConnections }),
    ...(backups && archiveSettings(backups.section.archiveTimeoutSeconds)),
  };
}

/** What a server has more whose backups are made. The second program works on, whatever becomes of the repository. */
function backedUp({ access, server }: Backups, { section }: BackupArgs) {
  const part = serverPart(access, server);
  return {
    ...part,
    fileMode: 0o440,
    beside: {
      ...handoutPart(),
      name: "backup",
      args: ["pgbackrest", "server"],
      ports: { backup: handoutPort },
      probes: backendProbes((timing) => tcp("backup", timing), 60),
      resources: section.resources,
    },
  } satisfies Partial<PodArgs>;
}

interface ProgramArgs extends Pick<PostgresArgs, "cluster" | "replicas"> {
  readonly settings: ReturnType<typeof settingsOf>;
  readonly owner: Owner;
}

/** The server by itself, or three in the hands of Patroni. */
function programOf(
  name: string,
  { cluster, replicas, settings, owner }: ProgramArgs,
  parent: pulumi.Resource,
) {
  if (replicas > 1) {
    const pod = memberPart(name, { replicas, settings, owner }, { parent, cluster });
    const after = letMembersLead(name, cluster, parent);
    return { image: "patroni", pod, after } as const;
  }
  const pod = {
    args: asArguments(settings),
    ports: { postgres: port },
    probes,
    env: {},
    files: {},
  };
  return { image: "postgres", pod, after: [] } as const;
}

/** Stores every job. */
export class Postgres extends Component {
  readonly endpoint: Endpoint;
  /** With the owner's credentials. */
  readonly url: SecretText;
  readonly formerUrl: SecretText | undefined;
  readonly urlAs: (user: string, password: SecretText) => SecretText;
  /** What answers /metrics: members of a database of several; one server by itself has an exporter. */
  readonly scraped: readonly { readonly metrics: Endpoint }[];

  constructor(name: string, args: PostgresArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "Postgres", name, opts);
    const { cluster, storage, resources, backups, replicas } = args;
    const place = { parent: this, cluster };
    const owner = databaseOwner(name, args.rotation, place);
    const settings = settingsOf(args);
    const service = replicas > 1 ? writerService : app.name;
    const handout = endpoint(app, handoutPort, service);
    const keys = backups && backupKeys(`${name}-backups`, { ...backups, handout }, place);
    const more = backups && keys ? backedUp(keys, backups) : undefined;
    const how = programOf(name, { ...args, settings, owner }, this);
    new StatefulWorkload(
      `${name}-server`,
      {
        ...{ app, cluster, replicas, storage },
        pod: {
          ...more,
          ...how.pod,
          image: cluster.image(how.image),
          env: {
            POSTGRES_USER: user,
            POSTGRES_DB: database,
            ...owner.part.env,
            ...how.pod.env,
            ...more?.env,
          },
          files: { ...how.pod.files, ...more?.files },
          secretFolders: owner.part.secretFolders,
          dataDirectory: volume,
          resources,
          priority: "platform-critical",
          // A fast shutdown writes one checkpoint.
          graceSeconds: 60,
        },
      },
      { parent: this, dependsOn: [owner.secret, ...how.after] },
    );
    if (replicas > 1) {
      findWriter(name, { postgres: port, ...more?.beside.ports }, this);
    }
    if (backups && keys) {
      const { section } = backups;
      openToRepository(name, { from: app, ...keys.access }, this);
      new BackupJobs(
        `${name}-backups`,
        { ...keys, cluster, section, settings: asArguments(settings), resources, storage },
        { parent: this },
      );
    }
    this.endpoint = endpoint(app, port, service);
    this.scraped = replicas > 1 ? [{ metrics: endpoint(app, memberPort) }] : [];
    const { host } = this.endpoint;
    this.urlAs = (as, password) => urlAs(host, as, password);
    this.url = owner.url(host);
    this.formerUrl = owner.formerUrl(host);
    this.registerOutputs({});
  }
}
