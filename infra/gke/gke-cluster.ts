import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { EdgeSection, GkeSection, ImagesSection } from "../../config/schema.ts";
import type { Cluster } from "../cluster.ts";

export interface GkeClusterArgs {
  readonly section: GkeSection;
  readonly gpuPools: readonly GpuPoolSpec[];
  readonly images: ImagesSection;
  readonly edge: EdgeSection;
  readonly managedPostgres: ManagedPostgres | undefined;
  readonly deletionProtection: boolean;
  readonly retainVolumes: boolean;
}

export function gkeCluster(args: GkeClusterArgs): Cluster {
  throw new Error(`no GKE yet for ${args.section.project}`);
}
