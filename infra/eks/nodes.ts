import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CpuPoolSpec } from "../../config/cpu-pools.ts";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { EksSection } from "../../config/schema.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Place } from "./names.ts";
import type { EksNetwork } from "./network.ts";
import { NodePool } from "./node-pool.ts";
import { nodeRole } from "./node-role.ts";
import { cpuNodes, gpuNodes, systemNodes, type NodeSpec } from "./node-spec.ts";

export interface NodesArgs {
  readonly place: Place;
  readonly section: EksSection;
  readonly controlPlane: ControlPlane;
  readonly network: EksNetwork;
}

/** The system pool, and what makes the other pools: they come after it, and GPU pools after what they need. */
export interface Nodes {
  readonly system: readonly NodePool[];
  readonly addGpuPool: (pool: GpuPoolSpec, after: readonly pulumi.Resource[]) => NodePool;
  readonly addCpuPool: (pool: CpuPoolSpec) => NodePool;
}

export function makeNodes(args: NodesArgs, provider: aws.Provider): Nodes {
  const { place, section, controlPlane, network } = args;
  const role = nodeRole("node-role", place, { provider });
  const shared = { place, versions: section, controlPlane, network, role };
  const add = (spec: NodeSpec, after: readonly pulumi.Resource[]) =>
    new NodePool(`nodes-${spec.name}`, { ...shared, spec, after }, { providers: [provider] });
  const system = systemNodes(section).map((spec) => add(spec, []));
  const first = system.map(({ nodes }) => nodes);
  return {
    system,
    addGpuPool: (pool, after) => add(gpuNodes(pool), [...first, ...after]),
    addCpuPool: (pool) => add(cpuNodes(pool), first),
  };
}
