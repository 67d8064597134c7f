import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../infra/cluster.ts";
import { endpoint, labels, metadata, selectorLabels } from "../kit/app.ts";
import { secret } from "../kit/pods/env.ts";
import { grantIn, openToKubernetesApi, type Right } from "../kit/network/kubernetes-access.ts";
import { tlsFiles } from "../kit/tls/inside-tls.ts";
import { openEdge } from "../kit/network/network.ts";
import { generatePassword, type SecretPlace } from "../kit/secrets/password.ts";
import { narrowPodUpdates, podUpdatesSpec } from "../kit/pods/pod-updates.ts";
import { backendLiveness, backendReadiness, http, https, startWithin } from "../kit/pods/probes.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { podHost } from "../kit/workloads/stateful-workload.ts";
import { app, database, dataFolder, memberPort, port, user, writerService } from "./identity.ts";
import type { Owner } from "./owner.ts";
import { memberTlsEnv, overNetwork, serverTlsPart, type ServerTls, type TlsMode } from "./tls.ts";

/** What a server has more that is one of several: Patroni runs it, and what Kubernetes keeps decides which one writes. */

const settingsFile = "/etc/framewright/patroni.json";
const roleLabel = "role";
/** Patroni puts them on the pod of the server that writes. */
export const writerLabels = { [roleLabel]: "primary" } as const;
const accounts = { replication: "patroni_replication", rewind: "patroni_rewind" } as const;

/** The settings of a server that all members must have alike, which Patroni keeps itself. */
const sharedNames: readonly string[] = ["max_connections"];

type Settings = Readonly<Record<string, string>>;

function settingsWith(settings: Settings, shared: boolean): Settings {
  const rows = Object.entries(settings);
  return Object.fromEntries(rows.filter(([name]) => sharedNames.includes(name) === shared));
}

/**
 * What Patroni keeps for all members. A writer that is gone is missed after `ttl` seconds. What was acknowledged is on a second
 * volume; with nobody left to follow, the only one writes on alone. While Kubernetes is away the one that writes goes on,
 * as long as it reaches the others.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export function sharedSettings(settings: Settings) {
  return {
    // The least that Patroni allows with the other two.
    ttl: 15,
    loop_wait: 5,
    retry_timeout: 5,
    maximum_lag_on_failover: 2 ** 20,
    failsafe_mode: true,
    synchronous_mode: true,
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: settingsWith(settings, true),
    },
  };
}

/** Who may connect, and how. Programs of the pod itself need no password: they could read it anyway. */
function clientsOf(mode: TlsMode): string[] {
  const remote = overNetwork(mode);
  return [
    "local all all trust",
    `${remote} replication ${accounts.replication} all scram-sha-256`,
    `${remote} all all all scram-sha-256`,
  ];
}

/** The file of a member: names, addresses and passwords come from its environment. */
export function patroniSettings(settings: Settings, mode: TlsMode = "none") {
  return {
    scope: app.name,
    restapi: { listen: `0.0.0.0:${memberPort}` },
    kubernetes: {
      namespace: app.namespace,
      // Of the pods, and of what Patroni keeps.
      labels: { "app.kubernetes.io/part-of": labels(app)["app.kubernetes.io/part-of"] },
      scope_label: Object.keys(selectorLabels(app))[0],
      role_label: roleLabel,
      // Services follow the label; endpoints of their own are deprecated in Kubernetes.
      use_endpoints: false,
    },
    bootstrap: {
      dcs: sharedSettings(settings),
      initdb: [
        "data-checksums",
        { encoding: "UTF8" },
        { "locale-provider": "builtin" },
        { "builtin-locale": "C.UTF-8" },
        { locale: "C.UTF-8" },
      ],
      // Patroni adds the address of the database that is there.
      post_init: `sh -c 'createdb --maintenance-db="$0" ${database}'`,
    },
    postgresql: {
      listen: `0.0.0.0:${port}`,
      data_dir: dataFolder,
      bin_dir: "/usr/lib/postgresql/17/bin",
      pgpass: "/tmp/pgpass",
      use_unix_socket: true,
      // A copy begins at once, and not with the next checkpoint.
      basebackup: { checkpoint: "fast" },
      parameters: {
        unix_socket_directories: "/tmp",
        logging_collector: "off",
        ...settingsWith(settings, false),
      },
      pg_hba: clientsOf(mode),
    },
  };
}

export interface MemberArgs {
  readonly replicas: number;
  readonly settings: Settings;
  readonly owner: Owner;
  readonly tls: ServerTls | undefined;
}

/** Every name by which somebody reaches one of these servers. */
export function memberHosts(replicas: number): string[] {
  return Array.from({ length: replicas }, (_, at) => podHost(app, `${app.name}-${at}`));
}

/** What a pod has of Patroni. */
export function memberPart(
  name: string,
  { replicas, settings, owner, tls }: MemberArgs,
  place: SecretPlace,
) {
  const own = podHost(app, "$(POD_NAME)");
  const members = memberHosts(replicas).map((host) => `${host}:${memberPort}`);
  const { secretFolders, env, settings: shown } = serverTlsPart(tls);
  const file = patroniSettings({ ...settings, ...shown }, tls?.mode);
  const ask = tls === undefined ? http : https;
  return {
    ports: { postgres: port, patroni: memberPort },
    secretFolders,
    env: {
      ...env,
      ...memberTlsEnv(tls?.mode ?? "none", tlsFiles),
      POD_NAME: { field: "metadata.name" },
      PATRONI_FILE: settingsFile,
      PATRONI_NAME: "$(POD_NAME)",
      PATRONI_MEMBERS: members.join(" "),
      PATRONI_SHARED: JSON.stringify(sharedSettings(settings)),
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: `${own}:${port}`,
      PATRONI_RESTAPI_CONNECT_ADDRESS: `${own}:${memberPort}`,
      PATRONI_RESTAPI_USERNAME: "patroni",
      PATRONI_RESTAPI_PASSWORD: secret(generatePassword(`${name}-members`, place)),
      PATRONI_SUPERUSER_USERNAME: user,
      PATRONI_SUPERUSER_PASSWORD: owner.part.env["POSTGRES_PASSWORD"],
      PATRONI_REPLICATION_USERNAME: accounts.replication,
      PATRONI_REPLICATION_PASSWORD: secret(generatePassword(`${name}-replication`, place)),
      PATRONI_REWIND_USERNAME: accounts.rewind,
      PATRONI_REWIND_PASSWORD: secret(generatePassword(`${name}-rewind`, place)),
    },
    files: { [settingsFile]: JSON.stringify(file, null, 2) },
    probes: {
      // A member on a new volume copies everything from another before it is ready.
      startup: ask("/liveness", "patroni", startWithin(600)),
      readiness: ask("/readiness", "patroni", backendReadiness),
      liveness: ask("/liveness", "patroni", backendLiveness),
    },
    token: true,
  };
}

/** The lead is a ConfigMap, and who is what a label of the pods. Kubernetes cannot narrow these; for pods the policy below does. */
export const memberRights: readonly Right[] = [
  {
    apiGroups: [""],
    resources: ["configmaps"],
    verbs: ["create", "get", "list", "patch", "update", "watch", "delete"],
  },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "patch", "update", "watch"] },
];

const isMember = (object: string): string => {
  const set = `${object}.metadata.labels`;
  return Object.entries(selectorLabels(app))
    .map(([key, value]) => `has(${set}) && '${key}' in ${set} && ${set}['${key}'] == '${value}'`)
    .join(" && ");
};

/** Labels and annotations of the members' own pods, and nothing else. */
export const memberPolicySpec = podUpdatesSpec(app, {
  validations: [
    {
      expression: `${isMember("oldObject")} && ${isMember("object")}`,
      message: "this account may only update pods of the database",
    },
  ],
});

/** What members may do in Kubernetes, and their ways to it and to each other. */
export function letMembersLead(
  name: string,
  cluster: Pick<Cluster, "kubernetesApi">,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  openToKubernetesApi(name, app, cluster, parent);
  for (const [what, to] of Object.entries({ servers: port, members: memberPort })) {
    openEdge(`${name}-to-${what}`, { from: app, to: endpoint(app, to) }, { parent });
  }
  const after = narrowPodUpdates(name, app, memberPolicySpec, parent);
  const namespaces = [app.namespace];
  return grantIn(name, { app, namespaces, rights: memberRights, after }, parent);
}

/** The Service of the server that writes, whichever that is. */
export function findWriter(
  name: string,
  ports: Readonly<Record<string, number>>,
  parent: pulumi.Resource,
): void {
  const selector = { ...selectorLabels(app), ...writerLabels };
  new k8s.core.v1.Service(
    `${name}-writer`,
    {
      metadata: metadata(app, writerService),
      spec: { ...serviceSpec(app, ports), selector },
    },
    { parent },
  );
}
