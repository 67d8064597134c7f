import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { CpuPoolSpec } from "../../config/cpu-pools.ts";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { EdgeSection, GkeSection, ImagesSection } from "../../config/schema.ts";
import {
  usualSeccompFolder,
  type Cluster,
  type Database,
  type LoadBalancerEdge,
} from "../cluster.ts";
import { cpuPool } from "../cpu-pools.ts";
import { gpuPool, systemPool } from "../gpu/pools.ts";
import { imageOf, imageSources } from "../images.ts";
import { MediaBucket } from "./bucket.ts";
import { computeClass } from "./compute-class.ts";
import { ControlPlane } from "./control-plane.ts";
import { ManagedDatabase } from "./database.ts";
import { loadBalancerEdge } from "./edge.ts";
import { NodeIdentity } from "./identity.ts";
import { kubernetes } from "./kubernetes.ts";
import { placeOf, type Place } from "./names.ts";
import { GkeNetwork, kubernetesApi } from "./network.ts";
import { nodePool, type NodePoolArgs } from "./node-pool.ts";
import {
  cpuNodes,
  gpuNodes,
  spotNoticeSeconds,
  systemAlternatives,
  systemNodes,
  type NodeSpec,
} from "./node-spec.ts";
import { gcpProvider } from "./provider.ts";
import { registry, registryOf } from "./registry.ts";
import { storageClass, storageClassName } from "./storage-class.ts";

export interface GkeClusterArgs {
  readonly section: GkeSection;
  readonly gpuPools: readonly GpuPoolSpec[];
  readonly cpuPools: readonly CpuPoolSpec[];
  readonly images: ImagesSection;
  readonly edge: EdgeSection;
  readonly managedPostgres: ManagedPostgres | undefined;
  readonly deletionProtection: boolean;
  readonly retainVolumes: boolean;
  /** Whether Cloud Logging keeps the lines of pods. */
  readonly keepsLines: boolean;
  /** Whether pods serve a part of the Kubernetes API, so that the control plane has to reach them. */
  readonly servesApis: boolean;
  /** Whether Pulumi makes the key of the bucket, which the stack's state then holds. */
  readonly makesKeys: boolean;
}

/** What all parts of one stack are made with. */
interface Site {
  readonly args: GkeClusterArgs;
  readonly place: Place;
  readonly provider: gcp.Provider;
}

function onGcp({ provider }: Site): pulumi.ComponentResourceOptions {
  return { providers: [provider] };
}

type Base = Pick<NodePoolArgs, "controlPlane" | "nodeIdentity"> & { readonly network: GkeNetwork };

function makeBase(site: Site, edge: LoadBalancerEdge): Base {
  const { args, place } = site;
  const { section, deletionProtection, keepsLines } = args;
  const on = onGcp(site);
  const network = new GkeNetwork(
    "network",
    { place, ranges: section.network, servesApis: args.servesApis },
    on,
  );
  const nodeIdentity = new NodeIdentity("nodes", place, on);
  const controlPlane = new ControlPlane(
    "gke",
    {
      ...{ place, section, network, nodeIdentity, deletionProtection, keepsLines },
      gateway: edge.gateway?.kind,
    },
    on,
  );
  return { network, nodeIdentity, controlPlane };
}

interface Nodes {
  readonly system: gcp.container.NodePool;
  /** What takes over for the system pool. */
  readonly alternatives: readonly gcp.container.NodePool[];
  /** Those of which the priority decides which grows first. */
  readonly ranked: readonly {
    readonly spec: GpuPoolSpec | CpuPoolSpec;
    readonly pool: gcp.container.NodePool;
  }[];
}

/**
 * The system pool first: GKE leaves its taint off a GPU pool that is made while there is no other
 * (terraform-google-modules/terraform-google-kubernetes-engine #703).
 */
function makeNodes({ args, place, provider }: Site, base: Base): Nodes {
  const { section, gpuPools, cpuPools } = args;
  const shared = { place, ...base };
  const after = [...base.nodeIdentity.rights, ...base.network.ways];
  const add = (name: string, spec: NodeSpec, dependsOn: pulumi.Resource[]) =>
    nodePool(`pool-${name}`, { ...shared, spec }, { provider, dependsOn });
  const system = add(systemPool.name, systemNodes(section), after);
  const alternatives = systemAlternatives(section).map((spec) =>
    add(`${systemPool.name}-${spec.machine}`, spec, [...after, system]),
  );
  const gpu = gpuPools.map((spec) => ({
    spec,
    pool: add(spec.name, gpuNodes(spec, section), [...after, system]),
  }));
  const cpu = cpuPools.map((spec) => ({
    spec,
    pool: add(spec.name, cpuNodes(spec, section), [...after, system]),
  }));
  return { system, alternatives, ranked: [...gpu, ...cpu] };
}

function makeDatabase(
  site: Site,
  { network }: Base,
): { database: Database; ready: readonly pulumi.Resource[] } {
  const { args, place } = site;
  if (args.managedPostgres === undefined) return { database: { kind: "in-cluster" }, ready: [] };
  const made = new ManagedDatabase(
    "database",
    {
      place,
      postgres: args.managedPostgres,
      network,
      nodes: args.section.network.nodes,
      deletionProtection: args.deletionProtection,
      retain: args.retainVolumes,
    },
    onGcp(site),
  );
  return { database: made.result, ready: made.ready };
}

/** What runs on nothing but the Kubernetes API: how volumes are made, and which pool grows first. */
function makeObjects({ args, place }: Site, nodes: Nodes, kube: ReturnType<typeof kubernetes>) {
  const on = { provider: kube.provider };
  const { retainVolumes } = args;
  const volumes = storageClass("storage-class", { place, retainVolumes }, on);
  const ranked = nodes.ranked.map(({ spec, pool }) => ({ spec, nodePool: pool.name }));
  computeClass(
    "compute-class",
    { ranked, system: [nodes.system, ...nodes.alternatives].map(({ name }) => name) },
    on,
  );
  return volumes;
}

/**
 * A cluster on GKE, with everything that it stands on. All pools are among what is `ready`: they start without
 * GPU nodes, so that they do not delay the platform, and workloads are deleted while their nodes still exist.
 */
export function gkeCluster(args: GkeClusterArgs): Cluster {
  const { section, images } = args;
  const place = placeOf(pulumi.getStack(), section);
  const site: Site = { args, place, provider: gcpProvider(place) };
  const edge = loadBalancerEdge({ edge: args.edge, nodes: section.network.nodes });
  const base = makeBase(site, edge);
  const nodes = makeNodes(site, base);
  const kube = kubernetes(base.controlPlane, { dependsOn: [nodes.system] });
  const volumes = makeObjects(site, nodes, kube);
  const media = new MediaBucket(
    "media",
    { place, deletionProtection: args.deletionProtection, makesKey: args.makesKeys },
    onGcp(site),
  );
  const { database, ready } = makeDatabase(site, base);
  if (images.registry === undefined) registry("registry", place, { provider: site.provider });
  const notice = spotNoticeSeconds(section.releaseChannel);
  return {
    ...kube,
    pools: [
      systemPool,
      ...args.cpuPools.map((pool) => cpuPool(pool, notice)),
      ...args.gpuPools.map((pool) => gpuPool(pool, "gke", notice)),
    ],
    storageClass: storageClassName,
    objectStorage: media.storage,
    database,
    edge,
    dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
    kubernetesApi: kubernetesApi(section.network),
    // Container-Optimized OS of all versions that a stack may have.
    userNamespaces: true,
    pullsUpstream: true,
    seccompFolder: usualSeccompFolder,
    networkPolicyEnforced: true,
    // No kubelets: Dataplane V2 (Cilium) matches no node by its address. Google measures volumes itself (kubernetes.io/pod/volume).
    retainVolumes: args.retainVolumes,
    ready: [
      ...base.network.ways,
      base.controlPlane.cluster,
      nodes.system,
      ...nodes.ranked.map(({ pool }) => pool),
      volumes,
      media.right,
      ...ready,
    ],
    image: (name) => imageOf(registryOf(place, images), images, name),
    imageSources: imageSources(registryOf(place, images), images),
  };
}
