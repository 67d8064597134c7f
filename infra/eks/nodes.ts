import type * as pulumi from "@pulumi/pulumi";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { EksSection } from "../../config/schema.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { Place } from "./names.ts";
import type { EksNetwork } from "./network.ts";
import { NodePool } from "./node-pool.ts";
import { nodeRole } from "./node-role.ts";
import { gpuNodes, systemNodes } from "./node-spec.ts";

export interface NodesArgs {
  readonly place: Place;
  readonly section: EksSection;
  readonly gpuPools: readonly GpuPoolSpec[];
  readonly controlPlane: ControlPlane;
  readonly network: EksNetwork;
}

/** The system pool, and what makes the GPU pools: they come after it, and after what they need. */
export interface Nodes {
  readonly system: NodePool;
  readonly addGpuPool: (pool: GpuPoolSpec, after: readonly pulumi.Resource[]) => NodePool;
}

export function makeNodes(args: NodesArgs, opts: pulumi.ComponentResourceOptions): Nodes {
  const { place, section, controlPlane, network } = args;
  const role = nodeRole("node-role", place, opts);
  const shared = { place, version: section.version, controlPlane, network, role };
  const system = new NodePool(
    "nodes-system",
    { ...shared, spec: systemNodes(section), after: [] },
    opts,
  );
  return {
    system,
    addGpuPool: (pool, after) =>
      new NodePool(
        `nodes-gpu-${pool.name}`,
        { ...shared, spec: gpuNodes(pool), after: [system.nodes, ...after] },
        opts,
      ),
  };
}
