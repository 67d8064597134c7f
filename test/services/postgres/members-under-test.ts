import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import {
  memberPolicySpec,
  memberRights,
  patroniSettings,
  sharedSettings,
} from "../../../services/postgres/members.ts";
import { app, database, user } from "../../../services/postgres/identity.ts";
import { filesIn } from "../../../services/kit/tls/inside-tls.ts";
import { memberTlsEnv, tlsSettings } from "../../../services/postgres/tls.ts";
import { exec } from "../../../tools/exec.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { kinds, newPassword } from "../../../tools/services/kinds.ts";
import { postgresAnswers } from "../../../tools/services/probes.ts";
import { Sandbox } from "../../../tools/services/sandbox.ts";
import { until } from "../../api/api-under-test.ts";
import type { ControlPlane } from "../../support/control-plane.ts";
import { accessAs } from "../../support/control-plane/access.ts";
import { SecretFolder } from "../../support/secret-folder.ts";

const admission = "admissionregistration.k8s.io";
const group = "rbac.authorization.k8s.io";
const place = { name: app.name, namespace: app.namespace };
const labels = {
  "app.kubernetes.io/name": app.name,
  "app.kubernetes.io/part-of": "framewright",
};

function pod(name: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: app.namespace, labels },
    spec: {
      serviceAccountName: app.name,
      automountServiceAccountToken: false,
      containers: [{ name: "postgres", image: "patroni:1" }],
    },
  };
}

function objectsFor(names: readonly string[]) {
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: app.namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: place },
    {
      apiVersion: `${admission}/v1`,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: app.name },
      spec: memberPolicySpec,
    },
    {
      apiVersion: `${admission}/v1`,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: app.name },
      spec: { policyName: app.name, validationActions: ["Deny"] },
    },
    { apiVersion: `${group}/v1`, kind: "Role", metadata: place, rules: memberRights },
    {
      apiVersion: `${group}/v1`,
      kind: "RoleBinding",
      metadata: place,
      roleRef: { apiGroup: group, kind: "Role", name: app.name },
      subjects: [{ kind: "ServiceAccount", ...place }],
    },
    ...names.map(pod),
  ];
}

/** One server of three, with Patroni, as a pod runs it. */
export interface Member {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly ports: { readonly sql: number; readonly patroni: number };
  /** Where its certificate is; empty without TLS. */
  readonly secret: SecretFolder;
  /** Runs a program beside it, as `kubectl exec` does. */
  run(...command: string[]): Promise<string>;
}

export interface MembersUnderTest {
  readonly members: readonly Member[];
  /** The names of the pods that have the label of the one that writes. */
  labelled(): string[];
  /** Runs these statements with a server that has no Patroni, on the volume of the first. */
  alone(sql: string): Promise<void>;
  /** With the owner's account, at one member. */
  url(member: Member): string;
  stop(): Promise<void>;
}

interface Settings {
  readonly plane: ControlPlane;
  readonly count: number;
  /** What a server that ran alone before did, on the volume of the first. */
  readonly before?: string;
  /** What is in the folder with their certificate: they take connections by TLS alone. */
  readonly certified?: Readonly<Record<string, string>>;
}

/** A server without Patroni, which runs these statements and ends. */
async function runAlone(folder: string, password: string, sql: string): Promise<void> {
  const place = { ports: { sql: await freePort() }, password };
  const { command, path, env } = kinds.postgres.run(place);
  const own = { ...env, POSTGRES_USER: user, POSTGRES_DB: database };
  const root = await imageRoot("postgres");
  const server = new Sandbox({ folder, root, command, path, env: own });
  server.start();
  try {
    await until(
      "the server alone",
      () => postgresAnswers(place.ports.sql).then(() => true),
      60_000,
    );
    const connectionString = `postgres://${user}:${password}@127.0.0.1:${place.ports.sql}/${database}`;
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(sql);
    await client.end();
  } finally {
    await server.stop(kinds.postgres.stopSignal);
  }
}

/** As Patroni finds it outside of a pod: with this context. */
function kubeconfigOf(plane: ControlPlane): string {
  const { KUBERNETES_URL: server, TOKEN_FILE, CA_FILE } = accessAs(plane, place);
  const authority = readFileSync(CA_FILE).toString("base64");
  return JSON.stringify({
    contexts: [{ name: "kind-kind", context: { cluster: "one", user: "one" } }],
    clusters: [{ name: "one", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: "one", user: { token: readFileSync(TOKEN_FILE, "utf8").trim() } }],
  });
}

const settings = { max_connections: "60", shared_buffers: "16MB" };

interface PodOf {
  readonly name: string;
  readonly ports: Member["ports"];
  readonly addresses: readonly string[];
  readonly password: string;
  readonly certified: Settings["certified"];
}

const tlsFolder = "/work/tls";

function tlsVariables(certified: Settings["certified"]) {
  if (certified === undefined) return {};
  const own = { TLS_FOLDER: tlsFolder, RENEWAL_SECONDS: "1" };
  return { ...own, ...memberTlsEnv("required", filesIn(tlsFolder)) };
}

function variables({ name, ports: { sql, patroni }, addresses, password, certified }: PodOf) {
  return {
    ...tlsVariables(certified),
    KUBECONFIG: "/work/kubeconfig",
    PGDATA: "/data/pgdata",
    PGHOST: "/tmp",
    PGPORT: String(sql),
    PGSERVICEFILE: "/work/pg_service.conf",
    PGSERVICE: "owner",
    PATRONI_FILE: "/work/patroni.json",
    PATRONICTL_CONFIG_FILE: "/work/patroni.json",
    PATRONI_NAME: name,
    PATRONI_MEMBERS: addresses.join(" "),
    PATRONI_SHARED: JSON.stringify(sharedSettings(settings)),
    PATRONI_POSTGRESQL_CONNECT_ADDRESS: `127.0.0.1:${sql}`,
    PATRONI_RESTAPI_CONNECT_ADDRESS: `127.0.0.1:${patroni}`,
    PATRONI_RESTAPI_USERNAME: "patroni",
    PATRONI_RESTAPI_PASSWORD: password,
    PATRONI_SUPERUSER_USERNAME: user,
    PATRONI_SUPERUSER_PASSWORD: password,
    PATRONI_REPLICATION_USERNAME: "patroni_replication",
    PATRONI_REPLICATION_PASSWORD: `${password}-of-replication`,
    PATRONI_REWIND_USERNAME: "patroni_rewind",
    PATRONI_REWIND_PASSWORD: `${password}-of-rewind`,
  };
}

const path = "/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin";

function memberIn(folder: string, root: string, kubeconfig: string, pod: PodOf): Member {
  const { name, ports } = pod;
  const conf = join(folder, "conf");
  mkdirSync(conf, { recursive: true });
  writeFileSync(join(conf, "kubeconfig"), kubeconfig);
  writeFileSync(join(conf, "pg_service.conf"), `[owner]\npassword=${pod.password}\n`);
  const secret = new SecretFolder(join(conf, "tls"));
  if (pod.certified) secret.put(pod.certified);
  const file = pod.certified
    ? patroniSettings({ ...settings, ...tlsSettings(filesIn(tlsFolder)) }, "required")
    : patroniSettings(settings);
  const own = {
    ...file,
    restapi: { listen: `127.0.0.1:${ports.patroni}` },
    postgresql: { ...file.postgresql, listen: `127.0.0.1:${ports.sql}` },
  };
  writeFileSync(join(conf, "patroni.json"), JSON.stringify(own));
  const command = ["catatonit", "--", "patroni-entrypoint"];
  const env = variables(pod);
  const sandbox = new Sandbox({ folder, root, command, path, confAt: "work", env });
  const run = (...words: string[]): Promise<string> => {
    const set = Object.entries({ PATH: path, ...env }).map(([key, value]) => `${key}=${value}`);
    const [first = "", ...rest] = [...sandbox.beside(), "env", "-i", ...set, ...words];
    return exec(first, rest);
  };
  return { name, sandbox, ports, secret, run };
}

/** Servers on loopback, with the rights and the settings of pods, and a real Kubernetes API that has the pods by name. */
export async function startMembers({
  plane,
  count,
  before,
  certified,
}: Settings): Promise<MembersUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-members-"));
  const root = await imageRoot("patroni");
  const names = Array.from({ length: count }, (_, at) => `${app.name}-${at}`);
  const list = { apiVersion: "v1", kind: "List", items: objectsFor(names) };
  plane.kubectlWithInput(JSON.stringify(list), "apply", "-f", "-");
  const kubeconfig = kubeconfigOf(plane);
  const password = newPassword();
  const all: Member["ports"][] = [];
  while (all.length < count) all.push({ sql: await freePort(), patroni: await freePort() });
  const addresses = all.map(({ patroni }) => `127.0.0.1:${patroni}`);
  const members = all.map((ports, at) => {
    const name = names[at] ?? "";
    const own = { name, ports, addresses, password, certified };
    return memberIn(join(folder, name), root, kubeconfig, own);
  });
  const alone = (sql: string): Promise<void> =>
    runAlone(join(folder, names[0] ?? ""), password, sql);
  if (before !== undefined) await alone(before);
  for (const { sandbox } of members) sandbox.start();
  return {
    members,
    alone,
    labelled() {
      const names = "jsonpath={.items[*].metadata.name}";
      const args = ["-n", app.namespace, "get", "pods", "-l", "role=primary", "-o", names];
      const found = plane.kubectl(...args);
      return found.split(" ").filter(Boolean);
    },
    url: ({ ports: { sql } }) => `postgres://${user}:${password}@127.0.0.1:${sql}/${database}`,
    async stop() {
      await Promise.all(members.map(({ sandbox }) => sandbox.kill()));
      plane.kubectl("-n", app.namespace, "delete", "configmaps", "-l", "app.kubernetes.io/name");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function isReady({ ports: { patroni } }: Member): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${patroni}/readiness`)).ok;
  } catch {
    return false;
  }
}

/** What a member tells of itself and the others. */
export async function told<T>({ ports: { patroni } }: Member, path: string): Promise<T> {
  return (await (await fetch(`http://127.0.0.1:${patroni}${path}`)).json()) as T;
}
