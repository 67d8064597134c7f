import type { Api } from "../../../tools/demo/client.ts";
import { exec } from "../../../tools/exec.ts";
import { machinePidFile, nodeName } from "../../../tools/node/addresses.ts";
import { childOf, remembered } from "../../../tools/node/processes.ts";
import { kubectl } from "../../../tools/node/start.ts";
import { clip, shortClip, submit } from "../e2e/platform.ts";
import { untilNoWorker, workersScaler } from "./scaled-workers.ts";

/** Faults that alerts are patient with, and what ends them. */
export interface LastingFault {
  readonly end: () => Promise<void>;
}

/** Of the kind that the platform's own alerts look at. */
const namespace = "framewright-data";

function apply(...items: readonly object[]): Promise<string> {
  return kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}

/** What may run beside the platform: the policies of its namespaces hold for tests as well. */
const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 10001,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const few = { cpu: "10m", memory: "32Mi" };
const resources = { requests: few, limits: { cpu: "100m", memory: "64Mi" } };

/** Inside the namespaces in which the node's kubelet mounts volumes. */
function onNode(args: readonly string[]): Promise<string> {
  const machine = remembered(machinePidFile);
  const init = machine === undefined ? undefined : childOf(machine);
  if (init === undefined) throw new Error("the node does not run");
  return exec("nsenter", ["--target", String(init), "--mount", "--", ...args]);
}

/** A volume of 64 MiB, of which a pod has written nine tenths. */
export async function fillVolume(image: string): Promise<LastingFault> {
  const name = "nearly-full";
  const path = `/mnt/${name}`;
  await onNode(["mkdir", "-p", path]);
  await onNode(["mount", "-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", path]);
  const place = { name, namespace };
  const capacity = { storage: "64Mi" };
  const access = { accessModes: ["ReadWriteOnce"], storageClassName: name };
  const hostname = { key: "kubernetes.io/hostname", operator: "In", values: [nodeName] };
  const here = { nodeSelectorTerms: [{ matchExpressions: [hostname] }] };
  await apply(
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: { ...access, capacity, local: { path }, nodeAffinity: { required: here } },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: place,
      spec: { ...access, resources: { requests: capacity } },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: place,
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name,
            image,
            command: ["sh", "-c", "head -c 60397977 /dev/zero >/data/file && exec sleep 86400"],
            securityContext: restricted,
            resources,
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
      },
    },
  );
  const end = async (): Promise<void> => {
    const mine = [`pod/${name}`, `persistentvolumeclaim/${name}`];
    await kubectl(["delete", `--namespace=${namespace}`, "--ignore-not-found", ...mine]);
    await kubectl(["delete", "--ignore-not-found", `persistentvolume/${name}`]);
    await onNode(["umount", path]);
  };
  return { end };
}

/** A backup that was made each day until somebody suspended it. */
export async function forgetBackups(image: string): Promise<LastingFault> {
  const name = "postgres-backup-of-test";
  const container = { name, image, command: ["true"], securityContext: restricted, resources };
  const pod = { restartPolicy: "Never", containers: [container] };
  const schedule = { schedule: "0 2 * * *", suspend: true };
  await apply({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace },
    spec: { ...schedule, jobTemplate: { spec: { template: { spec: pod } } } },
  });
  const last = new Date(Date.now() - 27 * 3600 * 1000).toISOString();
  const status = JSON.stringify({ status: { lastSuccessfulTime: last } });
  const place = [`--namespace=${namespace}`, `cronjob/${name}`];
  await kubectl(["patch", ...place, "--subresource=status", "--type=merge", "-p", status]);
  const end = async (): Promise<void> => {
    await kubectl(["delete", "--ignore-not-found", ...place]);
  };
  return { end };
}

const makeOlder = `
import pg from "pg";
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const { rowCount } = await client.query(
  "UPDATE jobs SET available_at = available_at - interval '31 minutes' WHERE state = 'queued'");
if (rowCount !== 1) throw new Error(rowCount + " jobs wait");
await client.end();
`;

/** A job that waits half an hour, of which nobody has to sit through all: no worker is there. */
export async function stopTheQueue(api: Api): Promise<LastingFault> {
  await workersScaler.hold(0);
  await untilNoWorker(5 * 60_000);
  await submit(api, await clip(shortClip));
  const inApi = ["exec", "--namespace=framewright-api", "deployment/api", "--"];
  await kubectl([...inApi, "node", "--input-type=module", "-e", makeOlder]);
  return { end: () => workersScaler.hold(undefined) };
}
