import { randomBytes } from "node:crypto";
import { amqpAnswers, httpAnswers, postgresAnswers, redisAnswers } from "./probes.ts";

export const serviceNames = ["postgres", "rabbitmq", "redis", "objectStore"] as const;
export type ServiceName = (typeof serviceNames)[number];

/** How one service is started and how one knows that it is ready. */
export interface Kind {
  readonly image: string;
  readonly ports: readonly string[];
  /** How it is asked to end. */
  readonly stopSignal: NodeJS.Signals;
  readonly confAt?: string;
  run(at: Place): Run;
  ready(at: Place): Promise<void>;
}

/** Ports by the names that the kind gives them, and the password of its one user. */
export interface Place {
  readonly ports: Readonly<Record<string, number>>;
  readonly password: string;
}

interface Run {
  readonly command: readonly string[];
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Files for the folder that is mounted at `confAt`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The user, the database and the account of every service. */
export const account = "framewright";

/** A Node-wide unique password that is safe in URLs and configuration files. */
export const newPassword = (): string => randomBytes(16).toString("hex");

export function portOf({ ports }: Place, name: string): number {
  const port = ports[name];
  if (port === undefined) throw new Error(`no port named "${name}"`);
  return port;
}

const plainPath = "/usr/local/bin:/usr/bin:/bin";

function rabbitConf(at: Place): string {
  return [
    `listeners.tcp.default = 127.0.0.1:${portOf(at, "amqp")}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${portOf(at, "management")}`,
    "prometheus.tcp.ip = 127.0.0.1",
    `prometheus.tcp.port = ${portOf(at, "metrics")}`,
    "management.rates_mode = basic",
    "collect_statistics_interval = 1000",
    "",
  ].join("\n");
}

export const kinds: Readonly<Record<ServiceName, Kind>> = {
  postgres: {
    image: "postgres",
    ports: ["sql"],
    stopSignal: "SIGINT",
    run: (at) => ({
      path: `/usr/lib/postgresql/17/bin:${plainPath}`,
      command: [
        "postgres-entrypoint",
        ...["-c", "listen_addresses=127.0.0.1", "-c", `port=${portOf(at, "sql")}`],
        ...["-c", "max_connections=200", "-c", "shared_buffers=32MB"],
      ],
      env: {
        PGDATA: "/data/pgdata",
        POSTGRES_USER: account,
        POSTGRES_DB: account,
        POSTGRES_PASSWORD: at.password,
      },
    }),
    ready: (at) => postgresAnswers(portOf(at, "sql")),
  },
  redis: {
    image: "redis",
    ports: ["redis"],
    stopSignal: "SIGTERM",
    run: (at) => ({
      path: plainPath,
      command: ["redis-entrypoint", "--bind", "127.0.0.1", "--port", String(portOf(at, "redis"))],
      env: { REDIS_PASSWORD: at.password },
    }),
    ready: (at) => redisAnswers(portOf(at, "redis")),
  },
  rabbitmq: {
    image: "rabbitmq",
    ports: ["amqp", "management", "metrics", "epmd", "distribution"],
    stopSignal: "SIGTERM",
    confAt: "etc/rabbitmq/conf.d",
    run: (at) => ({
      path: `/usr/lib/rabbitmq/bin:${plainPath}`,
      command: ["catatonit", "--", "rabbitmq-entrypoint"],
      files: { "90-loopback.conf": rabbitConf(at) },
      env: {
        RABBITMQ_ERLANG_COOKIE: at.password,
        RABBITMQ_DEFAULT_USER: account,
        RABBITMQ_DEFAULT_PASS: at.password,
        // Several brokers side by side: each has its own epmd, on loopback as everything else.
        ERL_EPMD_ADDRESS: "127.0.0.1",
        ERL_EPMD_PORT: String(portOf(at, "epmd")),
        RABBITMQ_DIST_PORT: String(portOf(at, "distribution")),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
      },
    }),
    async ready(at) {
      await amqpAnswers(portOf(at, "amqp"));
      const basic = Buffer.from(`${account}:${at.password}`).toString("base64");
      await httpAnswers(
        `http://127.0.0.1:${portOf(at, "management")}/api/overview`,
        `Basic ${basic}`,
      );
    },
  },
  objectStore: {
    image: "object-store",
    ports: ["s3", "admin"],
    stopSignal: "SIGTERM",
    run: (at) => ({
      path: plainPath,
      command: ["object-store-entrypoint"],
      env: {
        ROOT_ACCESS_KEY: account,
        ROOT_SECRET_KEY: at.password,
        VGW_PORT: `127.0.0.1:${portOf(at, "s3")}`,
        VGW_ADMIN_PORT: `127.0.0.1:${portOf(at, "admin")}`,
      },
    }),
    ready: (at) => httpAnswers(`http://127.0.0.1:${portOf(at, "s3")}/health`),
  },
};
