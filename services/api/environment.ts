import type { Accel, JobClass } from "@framewright/contracts/job.ts";
import type { LogLevel } from "@framewright/contracts/log-level.ts";
import type {
  EgressSection,
  InputBucketList,
  OidcSection,
  PriceTable,
  ProfileList,
  RetentionSection,
  UrlInputSection,
  WebhooksSection,
} from "../../config/schema.ts";
import { parseQuantity } from "../../config/units.ts";
import type { SecretStore } from "../../infra/cluster.ts";
import { databaseAccess } from "../kit/backends/database.ts";
import { secret, type EnvFor } from "../kit/pods/env.ts";
import { authoritiesOf } from "../kit/tls/inside-tls.ts";
import { inputBucketsEnv } from "../kit/backends/input-buckets.ts";
import { jobLimitsEnv, type JobLimitsSection } from "../kit/settings/job-limits.ts";
import type { MediaStore } from "../kit/backends/media-store.ts";
import { offeredSources } from "../kit/settings/recorded-sources.ts";
import type { SigningSecret } from "../kit/secrets/password.ts";
import type { SecretText } from "../kit/secrets/secret-text.ts";
import { tracesEnv, type Traces } from "../kit/settings/traces.ts";
import { urlInputEnv } from "../kit/settings/url-input.ts";
import { webhookEnv } from "../kit/settings/webhook.ts";
import type { ApiEnv } from "../../api/env.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { ports } from "./identity.ts";
import { oidcEnv } from "./issuer.ts";

/** Seconds of red readiness before the port closes, and for open requests after that. */
const drainSeconds = 5;
const shutdownSeconds = 20;
export const graceSeconds = drainSeconds + shutdownSeconds + 10;

export interface ApiSettings {
  readonly dependencies: ApiDependencies;
  readonly leaseSeconds: number;
  readonly heartbeatSeconds: number;
  readonly databasePoolSize: number;
  readonly gpuWaitSeconds: number;
  readonly logLevel: LogLevel;
  readonly limits: JobLimitsSection;
  readonly retention: RetentionSection;
  readonly urlInput: UrlInputSection;
  readonly webhooks: WebhooksSection;
  readonly egress: EgressSection;
  /** Whether workers have model services, so that jobs may be dubbed. */
  readonly dubs: boolean;
  /** And one that moves lips. */
  readonly lipSync: boolean;
  readonly traces?: Traces | undefined;
  /** Beside the built-in ones. */
  readonly profiles: ProfileList;
  readonly prices?: PriceTable;
  readonly minWorkerVersion?: string;
  readonly inputBuckets: InputBucketList;
  /** Unset: keys alone. */
  readonly oidc?: OidcSection;
  /** Where jobs wait while no worker is there that could take them. */
  readonly jobAccel: Accel;
  /** Classes of workers that may all be gone until jobs wait for them. */
  readonly wakeable: readonly JobClass[];
}

export interface ApiSecrets {
  readonly publicUrl: string;
  readonly workerAdmin: SigningSecret;
  readonly playback: SigningSecret;
  /** Load balancers before it of which each adds one address; unset: none, or the stack's proxy, which is known by its secret. */
  readonly proxyHops: number | undefined;
  /** Of the stack's proxy, where there is one. */
  readonly edge: SecretText | undefined;
  /** Encrypts the secrets of webhook endpoints. */
  readonly webhookKey: SecretText;
  /** Of the owner's, which may have keys of input buckets. */
  readonly store: SecretStore | undefined;
}

/** None where the cloud gives credentials to the pod: the SDK finds them. */
function keysOf({ credentials }: MediaStore) {
  return credentials.kind === "keys" ? credentials : undefined;
}

/** None where nothing is recorded. */
function egressEnv({ enabled, ...section }: EgressSection) {
  if (!enabled) return {};
  return {
    EGRESS: "on",
    EGRESS_SOURCES: offeredSources(section).join(","),
    EGRESS_QUEUE_SECONDS: section.queueSeconds,
    EGRESS_LEASE_SECONDS: section.leaseSeconds,
    EGRESS_HEARTBEAT_SECONDS: section.heartbeatSeconds,
  };
}

function dubbingEnv({ dubs, lipSync }: Pick<ApiSettings, "dubs" | "lipSync">) {
  if (!dubs) return {};
  return { DUBBING: "on", ...(lipSync && { LIP_SYNC: "on" }) } as const;
}

/** What the API checks the certificates of its backends by. */
export function apiFiles({ database, broker, cache }: ApiDependencies) {
  return {
    ...databaseAccess(database).files,
    ...authoritiesOf("broker", broker.ca).files,
    ...authoritiesOf("cache", cache.ca).files,
  };
}

export function apiEnv(args: ApiSettings, own: ApiSecrets) {
  const { database, broker, cache, mediaStore } = args.dependencies;
  const keys = keysOf(mediaStore);
  return {
    PORT: ports.http,
    WORKER_PORT: ports.worker,
    METRICS_PORT: ports.metrics,
    ...databaseAccess(database).env,
    AMQP_URL: secret(broker.url),
    AMQP_CA_FILE: authoritiesOf("broker", broker.ca).path,
    REDIS_URL: secret(cache.url),
    REDIS_CA_FILE: authoritiesOf("cache", cache.ca).path,
    S3_ENDPOINT: mediaStore.insideUrl,
    S3_PUBLIC_ENDPOINT: mediaStore.publicUrl,
    S3_BUCKET: mediaStore.bucket,
    S3_REGION: mediaStore.region,
    S3_WRITE_ONCE: mediaStore.writeOnce,
    S3_ACCESS_KEY_ID: keys && secret(keys.accessKeyId),
    S3_SECRET_ACCESS_KEY: keys && secret(keys.secretAccessKey),
    PUBLIC_URL: own.publicUrl,
    TRUST_PROXY_HOPS: own.proxyHops,
    EDGE_SECRET: own.edge && secret(own.edge),
    WORKER_ADMIN_SECRET: secret(own.workerAdmin.current),
    WORKER_ADMIN_SECRET_PREVIOUS: own.workerAdmin.previous && secret(own.workerAdmin.previous),
    WORKER_ADMIN_SECRET_NEXT: secret(own.workerAdmin.next),
    MIN_WORKER_VERSION: args.minWorkerVersion,
    PLAYBACK_SECRET: secret(own.playback.current),
    PLAYBACK_SECRET_PREVIOUS: own.playback.previous && secret(own.playback.previous),
    PLAYBACK_SECRET_NEXT: secret(own.playback.next),
    LOG_LEVEL: args.logLevel,
    UPLOAD_MAX_BYTES: parseQuantity(args.limits.maxUploadBytes),
    ...jobLimitsEnv(args.limits),
    ATTEMPT_RETENTION_DAYS: args.retention.attemptDays,
    UPLOAD_RETENTION_DAYS: args.retention.uploadDays,
    PROFILES: args.profiles.length === 0 ? undefined : JSON.stringify(args.profiles),
    PRICES: args.prices && JSON.stringify(args.prices),
    UNFINISHED_UPLOAD_DAYS: args.retention.unfinishedDays,
    JOB_RETENTION_DAYS: args.retention.jobDays,
    EVENT_RETENTION_DAYS: args.retention.eventDays,
    AUDIT_RETENTION_DAYS: args.retention.auditDays,
    WEBHOOK_RETENTION_DAYS: args.retention.webhookDays,
    LEASE_SECONDS: args.leaseSeconds,
    HEARTBEAT_SECONDS: args.heartbeatSeconds,
    GPU_WAIT_SECONDS: args.gpuWaitSeconds,
    DATABASE_POOL_SIZE: args.databasePoolSize,
    DRAIN_SECONDS: drainSeconds,
    SHUTDOWN_SECONDS: shutdownSeconds,
    ...dubbingEnv(args),
    ...urlInputEnv(args.urlInput),
    ...oidcEnv(args.oidc),
    ...(args.webhooks.enabled && webhookEnv(args.webhooks, own.webhookKey)),
    ...egressEnv(args.egress),
    ...inputBucketsEnv(args.inputBuckets, own.store),
    ...tracesEnv(args.traces),
    JOB_ACCEL: args.jobAccel === "cpu" ? undefined : args.jobAccel,
    WAKEABLE_CLASSES: args.wakeable.length === 0 ? undefined : args.wakeable.join(","),
  } satisfies EnvFor<ApiEnv>;
}
