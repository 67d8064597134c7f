import { basename } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { parseQuantity } from "../../../config/units.ts";
import type { Priority, Resources } from "../../../infra/cluster.ts";
import { labels, type App } from "../app.ts";
import { containerEnv, type Env, type SecretNames } from "./env.ts";
import { fileVolumeOf, secretNamesOf, secretVolumes } from "./pod-secrets.ts";
import type { SecretText } from "../secrets/secret-text.ts";
import {
  deviceAmount,
  devicePlacement,
  nodePlacement,
  spreadOf,
  type Device,
  type NodeChoice,
} from "./placement.ts";
import type { Probes } from "./probes.ts";
import { secretVolume, type SecretFolder } from "../secrets/secret-folder.ts";

type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;

/** One container and what it needs; the hardening is not up for choice. */
export interface PodArgs {
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: Readonly<Record<string, number>>;
  readonly env: Env;
  /** Secret files by the path where the container finds them. */
  readonly files?: Readonly<Record<string, SecretText>>;
  /**
   * A folder of files that are no secret. What changes in there comes to the running pod about a minute later; the program
   * has to look.
   */
  readonly config?: ConfigFolder;
  /** Writable directories that go with the pod, with their size limit; `/tmp` is always there. */
  readonly scratch?: Readonly<Record<string, string>>;
  /** Writable directories in memory, which count as the container's own, with their size limit. */
  readonly inMemory?: Readonly<Record<string, string>>;
  /**
   * A seccomp profile of the node's, by its path below the kubelet's folder of them, for a program that makes system calls which
   * the runtime's own profile refuses.
   * @default the runtime's own
   */
  readonly seccompProfile?: string;
  /**
   * Folders of the node that the container reads. Their files belong to root and its group, which the pod is in as well; it
   * runs as its own user all the same.
   */
  readonly nodeFolders?: readonly string[];
  /**
   * The mode of these files, for a program that refuses a key that others may read; group and owner are the pod's and root.
   * @default 0o644
   */
  readonly fileMode?: number;
  /** Where the persistent volume is mounted, if the workload has one. */
  readonly dataDirectory?: string;
  /** The volume of the data directory, where the workload makes none itself. */
  readonly dataVolume?: DataVolume;
  /** A Job's pod has none. */
  readonly probes?: Probes;
  readonly resources: Resources;
  readonly priority: Priority;
  /** Seconds from the first signal until the pod is killed. */
  readonly graceSeconds: number;
  /**
   * Seconds, of those, in which the pod goes on as ever, while whoever sends it connections learns that it goes; the signal
   * comes after them. For a program that closes its ports at the signal.
   * @default 0
   */
  readonly lingerSeconds?: number;
  /**
   * Whether autoscalers of nodes leave the pod's node alone: they take a node that is half empty away by evicting what is
   * on it. Upgrades, repairs and spot take it all the same.
   * @default false
   */
  readonly stays?: boolean;
  /** Keep replicas on different nodes and in different zones where there are several. */
  readonly spread?: boolean;
  /** A GPU, or another device of the node. */
  readonly device?: Device | undefined;
  /** Nodes of a kind; unset: all that keep nobody away, or those with the device. */
  readonly nodes?: NodeChoice | undefined;
  /**
   * Whether the container gets its account's token for the Kubernetes API; the account's rights are a matter of Roles.
   * @default false
   */
  readonly token?: boolean;
  /**
   * Whether users of the pod are none of its node's, for programs that read what strangers send. A device belongs to a group of
   * the node, and NVIDIA's toolkit cannot (NVIDIA/nvidia-container-toolkit#648), so that pods with one go without.
   * @default false
   */
  readonly ownUsers?: boolean;
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly first?: FirstStep;
  readonly beside?: SideProgram;
  /** Secrets of others by the folder where the container finds them; they change there with the Secret. */
  readonly secretFolders?: Readonly<Record<string, string | SecretFolder>>;
}

export interface ConfigFolder {
  readonly directory: string;
  /** Text by the name of the file. */
  readonly files: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A program of the same image that ends before the container starts. Its environment is its own. */
export interface FirstStep {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Env;
  /** A folder in memory that it writes, and that the container reads. */
  readonly leavesIn: string;
}

/** That of a claim that is there, or one that comes and goes with the pod. */
export type DataVolume =
  | { readonly claim: string }
  | { readonly storage: string; readonly storageClass: string };

/** A program of the same image that runs beside the container, on its volumes, and with its environment and more. */
export interface SideProgram extends Pick<PodArgs, "env" | "ports" | "probes" | "resources"> {
  readonly name: string;
  readonly args: readonly string[];
}

/** User and group of every image of ours. */
const uid = 10001;
const tmpSize = "64Mi";
const handoverVolume = "handover";
const firstStepResources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "1", memory: "256Mi" },
};

/** The ConfigMap that holds an app's config folder. */
export function configNameOf(app: App): string {
  return `${app.name}-config`;
}

function volumeName(path: string, kind = "scratch"): string {
  return `${kind}${path.replaceAll("/", "-").toLowerCase()}`;
}

function scratchOf(args: PodArgs): [string, string][] {
  return Object.entries({ "/tmp": tmpSize, ...args.scratch });
}

function configVolume(app: App, { config }: PodArgs) {
  return config === undefined ? [] : [{ name: "config", configMap: { name: configNameOf(app) } }];
}

function nodeVolumes({ nodeFolders = [] }: PodArgs) {
  return nodeFolders.map((path) => ({
    name: volumeName(path, "node"),
    hostPath: { path, type: "Directory" },
  }));
}

function dataVolumes({ dataVolume }: PodArgs) {
  if (dataVolume === undefined) return [];
  if ("claim" in dataVolume) {
    return [{ name: "data", persistentVolumeClaim: { claimName: dataVolume.claim } }];
  }
  const spec = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: dataVolume.storageClass,
    resources: { requests: { storage: dataVolume.storage } },
  };
  return [{ name: "data", ephemeral: { volumeClaimTemplate: { spec } } }];
}

function volumes(app: App, args: PodArgs, secrets: SecretNames) {
  const scratch = scratchOf(args).map(([path, sizeLimit]) => ({
    name: volumeName(path),
    emptyDir: { sizeLimit },
  }));
  const shared = Object.entries(args.inMemory ?? {}).map(([path, sizeLimit]) => ({
    name: volumeName(path, "memory"),
    emptyDir: { medium: "Memory", sizeLimit },
  }));
  const memory = { medium: "Memory", sizeLimit: "1Mi" };
  const handover = args.first === undefined ? [] : [{ name: handoverVolume, emptyDir: memory }];
  const folders = Object.values(args.secretFolders ?? {}).map(secretVolume);
  return [
    ...scratch,
    ...shared,
    ...handover,
    ...configVolume(app, args),
    ...nodeVolumes(args),
    ...dataVolumes(args),
    ...folders,
    ...secretVolumes(args, secrets),
  ];
}

function mounts(args: PodArgs) {
  return [
    ...scratchOf(args).map(([path]) => ({ name: volumeName(path), mountPath: path })),
    ...Object.keys(args.inMemory ?? {}).map((path) => ({
      name: volumeName(path, "memory"),
      mountPath: path,
    })),
    ...Object.entries(args.files ?? {}).map(([path, text]) => ({
      name: fileVolumeOf(text),
      mountPath: path,
      subPath: basename(path),
      readOnly: true,
    })),
    ...(args.config === undefined
      ? []
      : [{ name: "config", mountPath: args.config.directory, readOnly: true }]),
    ...(args.nodeFolders ?? []).map((path) => ({
      name: volumeName(path, "node"),
      mountPath: path,
      readOnly: true,
    })),
    ...(args.dataDirectory === undefined ? [] : [{ name: "data", mountPath: args.dataDirectory }]),
    ...(args.first === undefined
      ? []
      : [{ name: handoverVolume, mountPath: args.first.leavesIn, readOnly: true }]),
    ...Object.entries(args.secretFolders ?? {}).map(([mountPath, folder]) => ({
      name: secretVolume(folder).name,
      mountPath,
      readOnly: true,
    })),
  ];
}

/** What pods write to a node's disk is reserved there, or the scheduler would put more of them on it than it holds. */
function diskAmount({ scratch = {} }: PodArgs): Record<string, string> {
  const bytes = Object.values(scratch).reduce((sum, size) => sum + parseQuantity(size), 0);
  return bytes === 0 ? {} : { "ephemeral-storage": `${Math.ceil(bytes / 2 ** 20)}Mi` };
}

function resourcesOf(args: PodArgs) {
  const { requests, limits } = args.resources;
  const { cpu, memory } = limits;
  const amount = deviceAmount(args.device);
  return {
    requests: { ...requests, ...diskAmount(args), ...amount },
    limits: { ...(cpu === "none" ? { memory } : { cpu, memory }), ...amount },
  };
}

const confined = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

function container(
  app: App,
  args: PodArgs,
  secrets: SecretNames,
): k8s.types.input.core.v1.Container {
  return {
    name: app.name,
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    args: args.args === undefined ? undefined : [...args.args],
    ports: portsOf(args),
    env: containerEnv(args.env, secrets),
    resources: resourcesOf(args),
    volumeMounts: mounts(args),
    securityContext: confined,
    ...probesOf(args.probes),
    ...lingerOf(args),
  };
}

function lingerOf({ lingerSeconds }: PodArgs) {
  if (lingerSeconds === undefined) return {};
  return { lifecycle: { preStop: { sleep: { seconds: lingerSeconds } } } };
}

function sideContainers(app: App, { beside, ...args }: PodArgs, secrets: SecretNames) {
  if (beside === undefined) return [];
  const { name, env, ...own } = beside;
  const side = { ...args, ...own, env: { ...args.env, ...env } };
  return [{ ...container(app, side, secrets), name }];
}

/** Without a device: a GPU is asked for by the pod's container alone. */
function firstContainers({ first, image }: PodArgs, secrets: SecretNames) {
  if (first === undefined) return undefined;
  return [
    {
      name: first.name,
      image,
      imagePullPolicy: "IfNotPresent",
      args: [...first.args],
      env: containerEnv(first.env, secrets),
      resources: firstStepResources,
      volumeMounts: [{ name: handoverVolume, mountPath: first.leavesIn }],
      securityContext: confined,
    },
  ];
}

function portsOf({ ports }: PodArgs) {
  return ports === undefined
    ? undefined
    : Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort }));
}

function probesOf(probes: Probes | undefined) {
  if (probes === undefined) return {};
  const { startup, readiness, liveness } = probes;
  return {
    startupProbe: startup,
    readinessProbe: readiness,
    livenessProbe: liveness,
  };
}

function seccompOf({ seccompProfile }: PodArgs) {
  if (seccompProfile === undefined) return { type: "RuntimeDefault" };
  return { type: "Localhost", localhostProfile: seccompProfile };
}

const rootGroup = 0;

function groupsOf({ device, nodeFolders = [] }: PodArgs) {
  const groups = [...(device?.groups ?? []), ...(nodeFolders.length > 0 ? [rootGroup] : [])];
  return groups.length === 0 ? {} : { supplementalGroups: [...groups] };
}

/** Read by the cluster-autoscaler (its FAQ, "What types of pods can prevent CA from removing a node?") and by GKE's own. */
const keepsItsNode = { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" } as const;

/**
 * The hardened pod: restricted Pod Security and more (read-only root, own account, no token unless it asks). Everything
 * in it is plain data, so that policies can check it in a preview.
 */
export function podTemplate(
  app: App,
  args: PodArgs,
  annotations: Readonly<Record<string, pulumi.Input<string>>> = {},
): PodTemplate {
  const secrets = secretNamesOf(app, args);
  const notes = { ...(args.stays === true ? keepsItsNode : {}), ...annotations };
  return {
    metadata: {
      labels: labels(app),
      ...(Object.keys(notes).length > 0 ? { annotations: notes } : {}),
    },
    spec: {
      serviceAccountName: app.name,
      automountServiceAccountToken: args.token === true,
      enableServiceLinks: false,
      ...(args.ownUsers === true && args.device === undefined && { hostUsers: false }),
      priorityClassName: args.priority,
      restartPolicy: args.restartPolicy,
      terminationGracePeriodSeconds: args.graceSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: uid,
        fsGroup: uid,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: seccompOf(args),
        ...groupsOf(args),
      },
      // Our names are fully qualified: two dots or more go out as they are, without five search tries.
      dnsConfig: { options: [{ name: "ndots", value: "2" }] },
      ...(args.spread === true ? spreadOf(app) : {}),
      ...nodePlacement(args.nodes),
      ...devicePlacement(args.device),
      initContainers: firstContainers(args, secrets),
      containers: [container(app, args, secrets), ...sideContainers(app, args, secrets)],
      volumes: volumes(app, args, secrets),
    },
  };
}
