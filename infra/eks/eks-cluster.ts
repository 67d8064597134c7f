import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CpuPoolSpec } from "../../config/cpu-pools.ts";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { EdgeSection, EksSection, ImagesSection } from "../../config/schema.ts";
import {
  apiServiceAccount,
  usualSeccompFolder,
  type Cluster,
  type Database,
  type ObjectStorage,
} from "../cluster.ts";
import { cpuPool } from "../cpu-pools.ts";
import { gpuPool, systemPool } from "../gpu/pools.ts";
import { imageOf, imageSources } from "../images.ts";
import { AddOns } from "./add-ons.ts";
import { Autoscaler } from "./autoscaler.ts";
import { backupStorage } from "./backups.ts";
import { mediaRights, MediaBucket } from "./bucket.ts";
import { ControlPlane } from "./control-plane.ts";
import { ManagedDatabase } from "./database.ts";
import { DevicePlugin } from "./device-plugin.ts";
import { loadBalancerEdge } from "./edge.ts";
import { kubernetes } from "./kubernetes.ts";
import { placeOf, type Place } from "./names.ts";
import { EksNetwork } from "./network.ts";
import { NodeMinimum } from "./node-minimum.ts";
import { makeNodes } from "./nodes.ts";
import { cpuNodes, spotNoticeSeconds } from "./node-spec.ts";
import { identityAgent, PodIdentity } from "./pod-identity.ts";
import { awsProvider } from "./provider.ts";
import { Registry, registryOf } from "./registry.ts";
import { Runners } from "./runners.ts";
import { defaultStorageClass, storageClassName } from "./storage-class.ts";
import { kubernetesApi, planSubnets } from "./subnets.ts";
import { keepVersions } from "./versions.ts";

export interface EksClusterArgs {
  readonly section: EksSection;
  readonly keepVersions: boolean;
  readonly gpuPools: readonly GpuPoolSpec[];
  readonly cpuPools: readonly CpuPoolSpec[];
  readonly images: ImagesSection;
  readonly edge: EdgeSection;
  readonly managedPostgres: ManagedPostgres | undefined;
  /** Whether backups of the database in the cluster are made. */
  readonly backups: boolean;
  readonly deletionProtection: boolean;
  readonly retainVolumes: boolean;
}

/** What all parts of one stack are made with. */
interface Site {
  readonly args: EksClusterArgs;
  readonly place: Place;
  readonly provider: aws.Provider;
}

function onAws({ provider }: Site): pulumi.ComponentResourceOptions {
  return { providers: [provider] };
}

interface Base {
  readonly network: EksNetwork;
  readonly controlPlane: ControlPlane;
}

function makeBase(site: Site): Base {
  const { args, place } = site;
  const { section, deletionProtection } = args;
  const network = new EksNetwork(
    "network",
    { place, vpcCidr: section.network.vpc, zones: section.zones },
    onAws(site),
  );
  const controlPlane = new ControlPlane(
    "eks",
    { place, section, network, deletionProtection },
    onAws(site),
  );
  if (section.runners) {
    new Runners(
      "runners",
      { place, vpcId: network.vpcId, clusterGroupId: controlPlane.securityGroupId },
      onAws(site),
    );
  }
  return { network, controlPlane };
}

/** Where media lie, and what the API may do there. */
function makeStorage(site: Site, { controlPlane }: Base) {
  const { args, place } = site;
  const { bucket } = new MediaBucket(
    "media",
    { deletionProtection: args.deletionProtection },
    onAws(site),
  );
  const identity = new PodIdentity(
    "api-identity",
    {
      place,
      clusterName: controlPlane.clusterName,
      account: apiServiceAccount,
      description: `API of ${place.cluster}`,
      policy: bucket.arn.apply(mediaRights),
    },
    onAws(site),
  );
  const storage: ObjectStorage = {
    kind: "bucket",
    endpoint: `https://s3.${place.region}.${place.domain}`,
    region: place.region,
    writeOnce: "if-none-match",
    bucket: bucket.bucket,
    credentials: { kind: "pod-identity", agent: identityAgent },
  };
  return { storage, identity };
}

function makeDatabase(site: Site, { network, controlPlane }: Base): Database {
  const { args, place } = site;
  if (args.managedPostgres === undefined) return { kind: "in-cluster" };
  return new ManagedDatabase(
    "database",
    {
      place,
      postgres: args.managedPostgres,
      vpcId: network.vpcId,
      vpcCidr: args.section.network.vpc,
      subnetIds: [...network.privateSubnetIds.values()],
      clients: controlPlane.securityGroupId,
      deletionProtection: args.deletionProtection,
      retain: args.retainVolumes,
    },
    onAws(site),
  ).result;
}

/** Nodes, and what runs on the cluster before anything of ours does. */
function makeNodesAndAddOns(site: Site, base: Base, kube: ReturnType<typeof kubernetes>) {
  const { args, place, provider } = site;
  const { section, gpuPools, cpuPools } = args;
  const { clusterName } = base.controlPlane;
  const { system, addGpuPool, addCpuPool } = makeNodes({ place, section, ...base }, provider);
  const nodes = system.map((pool) => pool.nodes);
  const addOns = new AddOns(
    "add-ons",
    { place, versions: section, clusterName, nodes },
    onAws(site),
  );
  const storageClass = defaultStorageClass(
    "storage-class",
    { stack: place.stack, retainVolumes: args.retainVolumes },
    { provider: kube.provider, dependsOn: [addOns] },
  );
  const ofWorkers = cpuPools.map((pool) => ({ ...pool, prefix: cpuNodes(pool).prefix }));
  const autoscaler = new Autoscaler(
    "autoscaler",
    { place, version: section.version, clusterName, pools: [...gpuPools, ...ofWorkers] },
    { providers: [provider, kube.provider], dependsOn: nodes },
  );
  for (const pool of gpuPools) {
    // Before its nodes, so that they hand out slices from the first minute, and after them on the way down.
    const plugin = new DevicePlugin(`device-plugin-${pool.name}`, pool, {
      provider: kube.provider,
    });
    addGpuPool(pool, [plugin]);
    if (pool.minNodes > 0) {
      // The placeholders go before their autoscaler does.
      new NodeMinimum(`node-minimum-${pool.name}`, pool, {
        provider: kube.provider,
        dependsOn: [autoscaler],
      });
    }
  }
  cpuPools.forEach(addCpuPool);
  return [...system, addOns, storageClass, autoscaler];
}

/**
 * A cluster on EKS, with everything that it stands on. Pools of GPUs and CPU workers are not among what is `ready`: missing spot
 * capacity must not keep the rest of the platform from starting.
 */
export function eksCluster(args: EksClusterArgs): Cluster {
  const { section, images } = args;
  const place = placeOf(pulumi.getStack(), section);
  if (args.keepVersions) keepVersions();
  const site: Site = { args, place, provider: awsProvider(place) };
  const base = makeBase(site);
  const kube = kubernetes(base.controlPlane);
  const { storage, identity } = makeStorage(site, base);
  const backups = args.backups
    ? backupStorage({ place, clusterName: base.controlPlane.clusterName, ...args }, onAws(site))
    : undefined;
  const ready = makeNodesAndAddOns(site, base, kube);
  if (images.registry === undefined) {
    new Registry("registry", { place, deletionProtection: args.deletionProtection }, onAws(site));
  }
  return {
    ...kube,
    pools: [
      systemPool,
      ...args.cpuPools.map((pool) => cpuPool(pool, spotNoticeSeconds)),
      ...args.gpuPools.map((pool) => gpuPool(pool, "eks", spotNoticeSeconds)),
    ],
    storageClass: storageClassName,
    objectStorage: storage,
    database: makeDatabase(site, base),
    ...(backups && { backupBucket: backups.bucket }),
    edge: loadBalancerEdge({
      edge: args.edge,
      stack: place.stack,
      subnets: planSubnets(section.network.vpc, section.zones),
    }),
    dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
    kubernetesApi: kubernetesApi(section.network, section.zones),
    // Amazon Linux 2023 of all versions that a stack may have.
    userNamespaces: true,
    pullsUpstream: true,
    seccompFolder: usualSeccompFolder,
    networkPolicyEnforced: true,
    kubelets: { blocks: [{ cidr: section.network.vpc, except: [] }], port: 10_250 },
    retainVolumes: args.retainVolumes,
    ready: [base.controlPlane, identity, ...(backups?.identities ?? []), ...ready],
    image: (name) => imageOf(registryOf(place, images), images, name),
    imageSources: imageSources(registryOf(place, images), images),
  };
}
