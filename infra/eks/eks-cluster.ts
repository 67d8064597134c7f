import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { EdgeSection, EksSection, ImagesSection } from "../../config/schema.ts";
import type { Cluster } from "../cluster.ts";

export interface EksClusterArgs {
  readonly section: EksSection;
  readonly gpuPools: readonly GpuPoolSpec[];
  readonly images: ImagesSection;
  readonly edge: EdgeSection;
  readonly managedPostgres: ManagedPostgres | undefined;
  readonly deletionProtection: boolean;
  readonly retainVolumes: boolean;
}

export function eksCluster(args: EksClusterArgs): Cluster {
  throw new Error(`no EKS yet for ${args.section.accountId}`);
}
