import { jobClasses, partsOf } from "@framewright/contracts/job.ts";
import type { ApiEnv, MigrateEnv, SenderEnv } from "../../api/env.ts";
import type { WorkerEnv } from "../../worker/env.ts";
import type { WorkerTools } from "../demo/verify.ts";
import { imagePaths } from "../images/image-paths.ts";
import type { ServiceUrls } from "../services/service-urls.ts";
import type { ModelUrls } from "./models.ts";
import type { DevState } from "./state.ts";

/** Typed by the program's own schema: a missing or unknown variable does not compile. */
type Variables<T> = { readonly [Name in keyof T]: string };

export function migrateEnv(state: DevState, urls: ServiceUrls): Variables<MigrateEnv> {
  return { DATABASE_URL: urls.databaseUrl, BOOTSTRAP_API_KEY: state.apiKey, LOG_LEVEL: "warn" };
}

export function apiUrlOf({ ports }: DevState): string {
  return `http://127.0.0.1:${ports.http}`;
}

/** Receivers that are written beside it listen on this machine, by http and on the ports that such programs have. */
function webhookEnv({ playbackSecret }: DevState) {
  return {
    WEBHOOK_KEY: `webhooks ${playbackSecret}`,
    WEBHOOK_SCHEMES: "https,http",
    WEBHOOK_PORTS: "443,80,3000,4000,5000,8080",
    WEBHOOK_RANGES: "127.0.0.0/8,::1/128",
  };
}

export function senderEnv(state: DevState, urls: ServiceUrls): Variables<SenderEnv> {
  // Any free port: nobody asks for its metrics.
  return { DATABASE_URL: urls.databaseUrl, METRICS_PORT: "0", ...webhookEnv(state) };
}

/** The API ends at once: whoever waits for its restart has no other client whose request it could finish. */
export function apiEnv(
  state: DevState,
  urls: ServiceUrls,
  models: ModelUrls | undefined,
): Variables<ApiEnv> {
  const { ports } = state;
  return {
    PORT: String(ports.http),
    WORKER_PORT: String(ports.worker),
    METRICS_PORT: String(ports.metrics),
    DATABASE_URL: urls.databaseUrl,
    AMQP_URL: urls.amqpUrl,
    REDIS_URL: urls.redisUrl,
    S3_ENDPOINT: urls.s3.endpoint,
    S3_PUBLIC_ENDPOINT: urls.s3.endpoint,
    S3_BUCKET: "framewright",
    S3_REGION: urls.s3.region,
    S3_ACCESS_KEY_ID: urls.s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: urls.s3.secretAccessKey,
    PUBLIC_URL: apiUrlOf(state),
    WORKER_ADMIN_SECRET: state.workerAdminSecret,
    PLAYBACK_SECRET: state.playbackSecret,
    LOG_LEVEL: "info",
    DRAIN_SECONDS: "0",
    SHUTDOWN_SECONDS: "1",
    DUBBING: models ? "on" : "off",
    ...webhookEnv(state),
  };
}

/** The worker hands back a job at once when it restarts, and the new code runs that job's next attempt. */
export function workerEnv(
  state: DevState,
  urls: ServiceUrls,
  own: {
    readonly tools: WorkerTools;
    readonly workDir: string;
    readonly models: ModelUrls | undefined;
  },
): Variables<WorkerEnv> {
  const { ports } = state;
  const { models } = own;
  return {
    WORKER_API_URL: `http://127.0.0.1:${ports.worker}`,
    WORKER_ADMIN_SECRET: state.workerAdminSecret,
    WORKER_NAME: "dev",
    WORKER_CLASSES: jobClasses.filter((name) => partsOf(name).accel === "cpu").join(","),
    AMQP_URL: urls.amqpUrl,
    WORK_DIR: own.workDir,
    HEALTH_PORT: String(ports.workerHealth),
    LOG_LEVEL: "info",
    FFMPEG_PATH: own.tools.ffmpeg,
    FFPROBE_PATH: own.tools.ffprobe,
    MEDIA_SANDBOX: "best-effort",
    MEDIA_READS: imagePaths.roots,
    MEDIA_FONTS: own.tools.fonts,
    DRAIN_SECONDS: "0",
    ...(models && { STT_URL: models.stt, MT_URL: models.mt, TTS_URL: models.tts }),
  };
}
