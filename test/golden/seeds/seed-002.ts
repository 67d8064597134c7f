import { row002 as row, shown, type SeedRow, type Topic } from "./row.ts";
import { resources } from "./seed-002-pods.ts";

type Family = "api-server" | "workers-cpu-pods" | "workers-nvenc-l4-pods";

type Workers = Exclude<Family, "api-server">;

/** By load: the API everywhere, workers where KEDA is off. */
function scaler(family: Family, path: string, value: number | string) {
  const golden = family === "api-server" ? "prod-gke" : "dev-gke";
  return shown(golden, ["hpa", `${family}-autoscaler`], path, value);
}

/** By what waits. */
function queue(family: Workers, path: string, value: number | string) {
  return shown("prod-gke", ["scaledObject", `${family}-scaled-object`], path, value);
}

const behavior = "spec.advanced.horizontalPodAutoscalerConfig.behavior";

const replicas: SeedRow[] = [
  row(
    "API: 3 replicas, HPA 3 to 10",
    "api.replicas.min",
    scaler("api-server", "spec.minReplicas", 3),
  ),
  row("API: HPA 3 to 10", "api.replicas.max", scaler("api-server", "spec.maxReplicas", 10)),
  row(
    "CPU workers: 2 replicas, HPA 2 to 20",
    "workers.cpu.replicas.min",
    queue("workers-cpu-pods", "spec.minReplicaCount", 2),
  ),
  row(
    "CPU workers: HPA 2 to 20",
    "workers.cpu.replicas.max",
    queue("workers-cpu-pods", "spec.maxReplicaCount", 20),
  ),
  row(
    "GPU workers: 1 replica, HPA 1 to 5",
    "workers.nvenc.replicas.min",
    queue("workers-nvenc-l4-pods", "spec.minReplicaCount", 1),
  ),
  row(
    "GPU workers: HPA 1 to 5",
    "workers.nvenc.replicas.max",
    queue("workers-nvenc-l4-pods", "spec.maxReplicaCount", 5),
  ),
];

const scaling = "services/kit/scaling/scaling.ts";
const targets = "config/load-figures.ts";
const target = (metric: number) => `spec.metrics.${metric}.resource.target`;
const cpuTarget = `${target(0)}.averageUtilization`;
const window = (direction: "Up" | "Down") =>
  `spec.behavior.scale${direction}.stabilizationWindowSeconds`;
const step = (direction: "Up" | "Down", index: number, key: "value" | "periodSeconds") =>
  `spec.behavior.scale${direction}.policies.${index}.${key}`;

const apiTargets: SeedRow[] = [
  row("API: CPU 70 %", targets, scaler("api-server", cpuTarget, 70)),
  row(
    "API: memory 80 %",
    targets,
    scaler("api-server", `${target(1)}.averageValue`, "1638Mi"),
    "of the limit: of its request of 512Mi a pod uses 156 % with nothing to do (seed 002, Resource Usage)",
  ),
];

const api: SeedRow[] = (
  [
    ["API: up by 100 % every 30 s", step("Up", 0, "value"), 100],
    ["API: up every 30 s", step("Up", 0, "periodSeconds"), 30],
    ["API: up by 4 pods", step("Up", 1, "value"), 4],
    ["API: down by 50 % every 60 s", step("Down", 0, "value"), 50],
    ["API: down every 60 s", step("Down", 0, "periodSeconds"), 60],
    ["API: down by 2 pods", step("Down", 1, "value"), 2],
    ["API: stabilization 5 minutes down", window("Down"), 300],
    ["API: stabilization 0 seconds up", window("Up"), 0],
  ] as const
).map(([figure, path, value]) => row(figure, scaling, scaler("api-server", path, value)));

const perWorker = "autoscaling.jobsPerWorker";
const depths = {
  cpu: row(
    "CPU workers: 10 jobs in the queue for each",
    `${perWorker}.cpu`,
    queue("workers-cpu-pods", "spec.triggers.0.metadata.value", "10"),
  ),
  gpu: row(
    "GPU workers: 5 high-priority jobs in the queue for each",
    `${perWorker}.gpu`,
    queue("workers-nvenc-l4-pods", "spec.triggers.0.metadata.value", "5"),
    "all jobs for GPUs, whatever their priority, which says what goes first and not how much there is",
  ),
};

const workerTargets = {
  cpu: row(
    "CPU workers: CPU 75 %",
    targets,
    scaler("workers-cpu-pods", cpuTarget, 50),
    "75 % is what a worker at work uses by the same seed, so that the target was never exceeded",
  ),
  gpu: row(
    "GPU workers: CPU 80 %",
    targets,
    scaler("workers-nvenc-l4-pods", cpuTarget, 50),
    "a worker at work uses 75 % of the seed's request, and never 80",
  ),
};

const cpuWorkers: SeedRow[] = (
  [
    ["CPU workers: up by 100 % every 60 s", step("Up", 0, "value"), 100],
    ["CPU workers: up every 60 s", step("Up", 0, "periodSeconds"), 60],
    ["CPU workers: up by 5 pods", step("Up", 1, "value"), 5],
    ["CPU workers: down by 1 pod every 120 s", step("Down", 0, "value"), 1],
    ["CPU workers: down every 120 s", step("Down", 0, "periodSeconds"), 120],
    ["CPU workers: stabilization 10 minutes down", window("Down"), 600],
    ["CPU workers: stabilization 0 seconds up", window("Up"), 0],
  ] as const
).map(([figure, path, value]) =>
  row(figure, scaling, queue("workers-cpu-pods", path.replace("spec.behavior", behavior), value)),
);

const gpuWorkers: SeedRow[] = (
  [
    ["GPU workers: up by 1 pod every 120 s", step("Up", 0, "value"), 1],
    ["GPU workers: up every 120 s", step("Up", 0, "periodSeconds"), 120],
    ["GPU workers: down by 1 pod every 300 s", step("Down", 0, "value"), 1],
    ["GPU workers: down every 300 s", step("Down", 0, "periodSeconds"), 300],
    ["GPU workers: stabilization 15 minutes down", window("Down"), 900],
    ["GPU workers: stabilization 1 minute up", window("Up"), 60],
  ] as const
).map(([figure, path, value]) =>
  row(
    figure,
    scaling,
    queue("workers-nvenc-l4-pods", path.replace("spec.behavior", behavior), value),
  ),
);

const gkeBucket = {
  golden: "prod-gke",
  resource: "gcp:storage/bucket:Bucket::media-bucket",
} as const;
const s3Rules = {
  golden: "prod-eks",
  resource: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::media-lifecycle",
} as const;

const storage: SeedRow[] = [
  row("Storage: standard for 0 to 30 days", "infra/eks/bucket.ts", {
    ...s3Rules,
    path: "rules.0.transitions.0.days",
    value: 30,
  }),
  row("Storage: intelligent tiering from 30 days", "infra/eks/bucket.ts", {
    ...s3Rules,
    path: "rules.0.transitions.0.storageClass",
    value: "INTELLIGENT_TIERING",
  }),
  row("Storage: Glacier from 90 days", "infra/eks/bucket.ts", {
    ...s3Rules,
    path: "rules.0.transitions.1.days",
    value: 90,
  }),
  row(
    "Storage: Glacier",
    "infra/eks/bucket.ts",
    { ...s3Rules, path: "rules.0.transitions.1.storageClass", value: "GLACIER_IR" },
    "the Glacier class that still answers at once",
  ),
  row("Storage on GKE: the next class from 30 days", "infra/gke/bucket.ts", {
    ...gkeBucket,
    path: "lifecycleRules.0.condition.age",
    value: 30,
  }),
  row("Storage on GKE: the archive from 90 days", "infra/gke/bucket.ts", {
    ...gkeBucket,
    path: "lifecycleRules.1.condition.age",
    value: 90,
  }),
];

const cloudSql = {
  golden: "prod-gke",
  resource: "gcp:sql/databaseInstance:DatabaseInstance::database-server",
} as const;
const backup = "settings.backupConfiguration";

const platform: SeedRow[] = [
  row(
    "Postgres backups daily at 2 AM UTC",
    "infra/gke/database.ts",
    { ...cloudSql, path: `${backup}.startTime`, value: "02:00" },
    "of the managed database, on RDS as well; of the one in the cluster with backups",
  ),
  row(
    "30-day retention of database backups",
    "infra/gke/database.ts",
    { ...cloudSql, path: `${backup}.backupRetentionSettings.retainedBackups`, value: 30 },
    "one a day; of the managed database, on RDS as well",
  ),
  row(
    "Kubernetes 1.25 or newer",
    "eks.version",
    {
      golden: "prod-eks",
      resource: "eks:index:Cluster::eks-cluster",
      path: "version",
      value: "1.36",
    },
    "of EKS; on GKE gke.version, or the release channel",
  ),
  row(
    "Cluster with at least 3 nodes",
    "gke.system.minNodes",
    shown("prod-gke", ["gkePool", "pool-system"], "autoscaling.totalMinNodeCount", 3),
    "in production; 1 by default (seed 004)",
  ),
  row(
    "Spot nodes of workers: label workload-type spot",
    "infra/cpu-pools.ts",
    shown("prod-gke", ["gkePool", "pool-cpu-spot"], "nodeConfig.labels.[workload-type]", "spot"),
    "workers select framewright.dev/pool-kind, which their nodes on demand have, too",
  ),
  row(
    "Spot nodes of workers: taint spot-instance",
    "infra/cpu-pools.ts",
    shown("prod-gke", ["gkePool", "pool-cpu-spot"], "nodeConfig.taints.1.key", "spot-instance"),
  ),
  row(
    "Workers tolerate spot-instance, NoSchedule",
    "infra/cluster.ts",
    shown(
      "prod-gke",
      ["deployment", "workers-cpu-pods-deployment"],
      "spec.template.spec.tolerations.0",
      { key: "spot-instance", operator: "Exists", effect: "NoSchedule" },
    ),
  ),
];

export const seed002: readonly Topic[] = [
  {
    title: "Replicas",
    reason:
      "With three API pods, one may fail while another is being replaced. Two CPU workers keep work going while one is replaced. The upper bounds limit what a burst of work can cost.",
    rows: replicas,
  },
  {
    title: "Autoscaling of the API",
    reason:
      "Requests come in bursts and a pod is ready within seconds, so the API grows at once, by the larger of two steps. It shrinks after five quiet minutes, because another burst often follows the first.",
    rows: [...apiTargets, ...api],
  },
  {
    title: "Autoscaling of CPU workers",
    reason:
      "An encoder uses every core that it gets, so load shows at once that workers are missing. A worker that leaves hands its jobs back, so they leave one by one after ten quiet minutes.",
    rows: [depths.cpu, workerTargets.cpu, ...cpuWorkers],
  },
  {
    title: "Autoscaling of GPU workers",
    reason:
      "A GPU node takes minutes to start and is expensive, so the number of workers changes by one and only after a steady load. The encoder works outside the CPU: what is measured is the decoding and scaling beside it.",
    rows: [depths.gpu, workerTargets.gpu, ...gpuWorkers],
  },
  {
    title: "CPU and memory of pods",
    reason:
      "A pod requests at most half of the CPU that it may use, so that short peaks of different pods share a node. A worker is sized by the largest size class that it serves.",
    rows: resources,
  },
  {
    title: "Storage classes",
    reason:
      "A video is watched most in its first month. Colder classes cost less to keep and more to read; playback answers at once, so classes that take hours to restore are left out.",
    rows: storage,
  },
  {
    title: "Database and cluster",
    reason:
      "The backup runs at a quiet hour, and thirty days leave time to notice a mistake. Three system nodes, one in each zone, survive the loss of a zone.",
    rows: platform,
  },
];
