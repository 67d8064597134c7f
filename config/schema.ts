import { logLevels } from "@framewright/contracts/log-level.ts";
import { Type, type Static } from "typebox";
import { Autoscaling } from "./autoscaling-schema.ts";
import { ObjectStore, Postgres, Rabbitmq, Redis } from "./backend-schema.ts";
import { Backups } from "./backups-schema.ts";
import { Eks, Gke, Images } from "./cloud-schema.ts";
import { Edge } from "./edge-schema.ts";
import { Egress } from "./egress-schema.ts";
import { Gpu, GpuPool, Models } from "./gpu-schema.ts";
import { flag } from "./leaves.ts";
import { Local } from "./local-schema.ts";
import { Logs } from "./logs-schema.ts";
import { ModelServices } from "./model-schema.ts";
import { Monitoring } from "./monitoring-schema.ts";
import { Retention } from "./retention-schema.ts";
import { Rotations } from "./rotation-schema.ts";
import { Secrets } from "./secrets-schema.ts";
import { Api, Limits, UrlInput, Workers } from "./service-schema.ts";
import { Tracing } from "./tracing-schema.ts";
import { Webhooks } from "./webhook-schema.ts";

const Cloud = Type.Enum(["local", "gke", "eks"], {
  default: "local",
  description:
    "Where the cluster runs: local uses one machine or your own cluster, gke and eks create a cluster",
});

const Environment = Type.Enum(["development", "production"], {
  default: "production",
  description:
    "Purpose of the stack: production on gke and eks requires deletion protection, a real passphrase and closed endpoints",
});

const LogLevel = Type.Enum(logLevels, {
  default: "info",
  description: "Lowest level of log lines that the API and the workers write",
});

const UserNamespaces = Type.Enum(["auto", "on", "off"], {
  default: "auto",
  description:
    "Whether pods that read what strangers send, workers and recorders, get users that are none of their node's (hostUsers: false): auto is on where the stack makes the cluster. Nodes need containerd 2, runc 1.2 and Linux 6.3; pods with a GPU or another device go without",
});

/** The whole stack config. Defaults are the production figures; stack files hold the differences. */
export const ConfigSchema = Type.Object(
  {
    cloud: Cloud,
    environment: Environment,
    logLevel: LogLevel,
    retainVolumes: flag(
      true,
      "Whether volumes outlive `pulumi destroy`; false deletes the data with the stack",
    ),
    deletionProtection: flag(
      true,
      "Whether gke and eks refuse to delete the cluster, the database and the bucket; to take a stack down, set it to false and run `pulumi up` before `pulumi destroy`",
    ),
    teardown: Type.String({
      default: "",
      description:
        "Name of this stack, to confirm that it may be taken down; production requires it before deletionProtection may be false",
    }),
    userNamespaces: UserNamespaces,
    local: Local,
    gke: Gke,
    eks: Eks,
    gpu: Gpu,
    images: Images,
    edge: Edge,
    models: Models,
    modelServices: ModelServices,
    limits: Limits,
    retention: Retention,
    urlInput: UrlInput,
    api: Api,
    webhooks: Webhooks,
    workers: Workers,
    egress: Egress,
    postgres: Postgres,
    backups: Backups,
    redis: Redis,
    rabbitmq: Rabbitmq,
    objectStore: ObjectStore,
    autoscaling: Autoscaling,
    monitoring: Monitoring,
    tracing: Tracing,
    logs: Logs,
    secrets: Secrets,
    rotations: Rotations,
  },
  { additionalProperties: false },
);
export type ConfigValues = Static<typeof ConfigSchema>;
export type LocalSection = ConfigValues["local"];
export type Resources = ConfigValues["api"]["resources"];
export type GkeSection = NonNullable<ConfigValues["gke"]>;
export type EksSection = NonNullable<ConfigValues["eks"]>;
export type EdgeSection = ConfigValues["edge"];
export type ImagesSection = ConfigValues["images"];
export type ModelsSection = ConfigValues["models"];
export type ModelServiceSection = ConfigValues["modelServices"]["stt"];
export type RetentionSection = ConfigValues["retention"];
export type PostgresSection = ConfigValues["postgres"];
export type PriceTable = ConfigValues["api"]["prices"];
export type InputBucketList = ConfigValues["api"]["inputBuckets"];
export type TracingSection = ConfigValues["tracing"];
export type OidcSection = ConfigValues["api"]["oidc"];
export type ProfileList = ConfigValues["api"]["profiles"];
export type UrlInputSection = ConfigValues["urlInput"];
export type LogsSection = ConfigValues["logs"];
export type MonitoringSection = ConfigValues["monitoring"];
export type BackupsSection = ConfigValues["backups"];
export type EgressSection = ConfigValues["egress"];
export type WebhooksSection = ConfigValues["webhooks"];
export type RotationsSection = ConfigValues["rotations"];
export type ReplicaBounds = ConfigValues["api"]["replicas"];
export type BudgetSection = ConfigValues["api"]["budget"];
export type GpuPoolValues = Static<typeof GpuPool>;
export type AutoscalingSection = ConfigValues["autoscaling"];
