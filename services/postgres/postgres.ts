import type * as pulumi from "@pulumi/pulumi";
import type { Cluster, Resources } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { endpoint, type Endpoint } from "../kit/app.ts";
import { openToRepository } from "../kit/backends/backup-repository.ts";
import type { DatabaseBackend } from "../kit/backends/database.ts";
import { certified, type TlsEndpoint, type WantedTls } from "../kit/tls/inside-tls.ts";
import type { PodArgs } from "../kit/pods/pod.ts";
import { backendProbes, exec, tcp } from "../kit/pods/probes.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { StatefulWorkload } from "../kit/workloads/stateful-workload.ts";
import { handoutPart, serverPart } from "./backup-access.ts";
import {
  BackupJobs,
  backupKeys,
  type BackupArgs,
  type BackupJobsArgs,
  type Backups,
} from "./backup-jobs.ts";
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
import { findWriter, letMembersLead, memberHosts, memberPart } from "./members.ts";
import { databaseOwner, urlAs, type Owner } from "./owner.ts";
import { asArguments, serverSettings } from "./settings.ts";
import { loneTlsPart, type ServerTls } from "./tls.ts";

export interface PostgresArgs extends WantedTls {
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
  readonly tls: ServerTls | undefined;
}

/** Clients come by the Service of the one that writes, and members by the names of their pods. */
function certify(
  name: string,
  { tls: mode = "none", authority, replicas }: PostgresArgs,
  parent: pulumi.Resource,
): ServerTls | undefined {
  const services = [app.name, ...(replicas > 1 ? [writerService] : [])];
  const names = [
    ...services.map((service) => endpoint(app, port, service).host),
    ...(replicas > 1 ? memberHosts(replicas) : []),
  ];
  const certificate = certified(name, { tls: mode, authority, app, names }, parent);
  return mode === "none" || certificate === undefined ? undefined : { mode, certificate };
}

/** The server by itself, or three in the hands of Patroni. */
function programOf(
  name: string,
  { cluster, replicas, settings, owner, tls }: ProgramArgs,
  parent: pulumi.Resource,
) {
  const certificates = tls === undefined ? [] : [tls.certificate.secret];
  if (replicas > 1) {
    const pod = memberPart(name, { replicas, settings, owner, tls }, { parent, cluster });
    const after = [...letMembersLead(name, cluster, parent), ...certificates];
    return { image: "patroni", pod, after } as const;
  }
  const { settings: shown, ...part } = loneTlsPart(tls);
  const pod = {
    ...part,
    args: asArguments({ ...settings, ...shown }),
    ports: { postgres: port },
    probes,
  };
  return { image: "postgres", pod, after: certificates } as const;
}

/** Prometheus asks each member at its address, and checks the name of the Service. */
function scrapedOf(replicas: number, { host: serverName }: Endpoint, tls: ServerTls | undefined) {
  if (replicas === 1) return [];
  const own = endpoint(app, memberPort);
  if (tls === undefined) return [{ metrics: own }];
  const { secretName, ca } = tls.certificate;
  return [{ metrics: { ...own, tls: { serverName, secretName, ca } } }];
}

/** What clients check the server by. */
function checkedBy(tls: ServerTls | undefined): Pick<DatabaseBackend, "ca" | "caRotation"> {
  return tls === undefined ? {} : { ca: tls.certificate.ca, caRotation: tls.certificate.rotation };
}

function backUp(name: string, args: BackupJobsArgs, parent: pulumi.Resource): void {
  openToRepository(name, { from: app, ...args.access }, parent);
  new BackupJobs(`${name}-backups`, args, { parent });
}

/** Stores every job. */
export class Postgres extends Component {
  readonly endpoint: Endpoint;
  /** With the owner's credentials. */
  readonly url: SecretText;
  readonly formerUrl: SecretText | undefined;
  readonly urlAs: (user: string, password: SecretText) => SecretText;
  /** PEM of the authorities that sign its certificate; undefined where it shows none. */
  readonly ca: pulumi.Output<string> | undefined;
  readonly caRotation: number | undefined;
  /** What answers /metrics: members of a database of several; one server by itself has an exporter. */
  readonly scraped: readonly { readonly metrics: TlsEndpoint }[];

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
    const tls = certify(name, args, this);
    const how = programOf(name, { ...args, settings, owner, tls }, this);
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
          secretFolders: { ...owner.part.secretFolders, ...how.pod.secretFolders },
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
      const own = { ...keys, ...backups, cluster, resources, storage };
      backUp(name, { ...own, settings: asArguments(settings) }, this);
    }
    this.endpoint = endpoint(app, port, service);
    const { ca, caRotation } = checkedBy(tls);
    this.ca = ca;
    this.caRotation = caRotation;
    this.scraped = scrapedOf(replicas, this.endpoint, tls);
    const { host } = this.endpoint;
    this.urlAs = (as, password) => urlAs(host, as, password);
    this.url = owner.url(host);
    this.formerUrl = owner.formerUrl(host);
    this.registerOutputs({});
  }
}
