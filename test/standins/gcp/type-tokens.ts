/** Type tokens that several of the stand-in's files know each other by. */
export const clusterType = "gcp:container/cluster:Cluster";
export const nodePoolType = "gcp:container/nodePool:NodePool";
export const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";
