import { Type, type Static } from "typebox";
import {
  count,
  cpu,
  flag,
  memory,
  nodePort,
  optionalSection,
  resources,
  section,
} from "./leaves.ts";

/** Clouds that the design names and this version cannot provision yet. */
export const plannedClouds: readonly string[] = ["gke", "eks"];

const Cloud = Type.Union([Type.Literal("local")], {
  default: "local",
  description: "Where the cluster is: local is one machine, or a cluster that you bring",
});

const LogLevelSchema = Type.Union(
  [
    Type.Literal("fatal"),
    Type.Literal("error"),
    Type.Literal("warn"),
    Type.Literal("info"),
    Type.Literal("debug"),
    Type.Literal("trace"),
  ],
  { default: "info", description: "Least severe log line that the API and the workers write" },
);

const Local = section(
  "The cluster of cloud local: the embedded node, or your own when kubeconfig is set",
  {
    nodeFile: Type.String({
      minLength: 1,
      default: ".framewright/node.json",
      description: "Descriptor that the embedded node writes, relative to the project",
    }),
    kubeconfig: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Path of your own cluster's kubeconfig; unset means the embedded node",
      }),
    ),
    context: Type.Optional(
      Type.String({ minLength: 1, description: "Context in that kubeconfig; always named" }),
    ),
    registry: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$",
        description: "Image registry and path of your own cluster, e.g. localhost:5001/framewright",
      }),
    ),
    imageTag: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        description: "Tag of all images in that registry; change it to roll them out",
      }),
    ),
    storageClass: Type.Optional(
      Type.String({ minLength: 1, description: "Storage class of your own cluster" }),
    ),
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Name or address at which clients reach the node ports",
      }),
    ),
    podCidr: Type.Optional(
      Type.String({
        pattern: "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$",
        description: "Addresses of pods; node-port clients are everyone else",
      }),
    ),
    networkPolicyEnforced: flag(
      true,
      "Whether the cluster's network enforces NetworkPolicies; false only warns",
    ),
    ports: section("Node ports, the same on every node", {
      api: nodePort(30080, "the client API"),
      workerApi: nodePort(30902, "the worker API"),
      objectStore: nodePort(30070, "the object store"),
    }),
  },
);

const Api = section("The API: client side, worker side, sweeper", {
  replicas: count(3, { min: 1, max: 50 }, "Pods of the API"),
  resources: resources("the API", {
    requests: { cpu: "500m", memory: "512Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  }),
  leaseSeconds: count(
    30,
    { min: 5, max: 600 },
    "Seconds after the last heartbeat until a job is given to another worker",
  ),
  heartbeatSeconds: count(5, { min: 1, max: 120 }, "Seconds between heartbeats of a running job"),
  databasePoolSize: count(10, { min: 2, max: 100 }, "Connections of one pod to Postgres"),
});

const Tiers = Type.Array(
  Type.Union([Type.Literal("720p"), Type.Literal("1080p"), Type.Literal("2160p")], {
    description: "A size class, by the height of its largest rendition",
  }),
  {
    minItems: 1,
    uniqueItems: true,
    default: ["720p", "1080p", "2160p"],
    description: "Size classes that these workers serve; the largest one sizes the pod",
  },
);

const CpuWorkers = section("Workers that encode in software", {
  replicas: count(2, { min: 0, max: 200 }, "Pods of these workers"),
  tiers: Tiers,
  slots: count(1, { min: 1, max: 16 }, "Jobs that one pod works on at once"),
  threads: count(0, { min: 0, max: 256 }, "Encoder threads per job; 0 is one per core"),
  requests: optionalSection("Set aside instead of the tier's own figures", {
    cpu: cpu("1", "CPU set aside"),
    memory: memory("2Gi", "Memory set aside"),
  }),
  limitCpu: flag(
    true,
    "Whether the tier's CPU is a limit as well; false lets a pod use idle cores",
  ),
  workDirectory: memory("10Gi", "Scratch space of one job, source and output"),
  drainSeconds: count(
    120,
    { min: 10, max: 3600 },
    "Seconds after the stop signal in which jobs may still finish; the rest is handed back",
  ),
});

function stateful(of: string, storage: string, amounts: Parameters<typeof resources>[1]) {
  return section(`Volume and pods of ${of}`, volumeAndPods(of, storage, amounts));
}

function volumeAndPods(of: string, storage: string, amounts: Parameters<typeof resources>[1]) {
  return {
    storage: memory(storage, "Size of the volume, fixed once it is made"),
    resources: resources(of, amounts),
  };
}

/** The whole stack config. Defaults are the production figures; stack files hold the differences. */
export const ConfigSchema = Type.Object(
  {
    cloud: Cloud,
    logLevel: LogLevelSchema,
    retainVolumes: flag(
      true,
      "Whether volumes outlive `pulumi destroy`; false deletes the data with the stack",
    ),
    local: Local,
    api: Api,
    workers: section("The worker flavours", { cpu: CpuWorkers }),
    postgres: section("Volume and pods of Postgres", {
      ...volumeAndPods("Postgres", "20Gi", {
        requests: { cpu: "500m", memory: "1Gi" },
        limits: { cpu: "2", memory: "2Gi" },
      }),
      maxConnections: count(200, { min: 20, max: 1000 }, "Connections that the server accepts"),
    }),
    redis: stateful("Redis", "1Gi", {
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
    rabbitmq: stateful("RabbitMQ", "10Gi", {
      requests: { cpu: "500m", memory: "1Gi" },
      limits: { cpu: "2", memory: "2Gi" },
    }),
    objectStore: stateful("the object store", "100Gi", {
      requests: { cpu: "250m", memory: "256Mi" },
      limits: { cpu: "2", memory: "1Gi" },
    }),
  },
  { additionalProperties: false },
);
export type ConfigValues = Static<typeof ConfigSchema>;
export type LogLevel = ConfigValues["logLevel"];
export type LocalSection = ConfigValues["local"];
export type Resources = ConfigValues["api"]["resources"];
