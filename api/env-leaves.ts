import { Type } from "typebox";
import { jobClasses, type JobClass } from "@framewright/contracts/job.ts";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import { hidden, withDefault } from "@framewright/runtime/env.ts";

/** The kinds of variable that the environments of the API's programs are made of. */

export const port = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, description });
export const count = (value: number, description: string, minimum = 0) =>
  withDefault(Type.Integer({ minimum, description }), value);
export const url = (schemes: string, description: string) =>
  Type.String({ pattern: `^(${schemes})://[^\\s]+$`, description });
export const secret = (description: string) => hidden(Type.String({ minLength: 16, description }));

/** The one before or after a secret that is rotated: replicas on the other side of a rollout give it out. */
export const accepted = (description: string) =>
  hidden(Type.Optional(Type.String({ minLength: 16, description })));

/** Without it a server is believed that an authority certifies which everybody knows. */
const caFile = (whose: string) =>
  Type.Optional(
    Type.String({
      pattern: "^/",
      description: `PEM file of the authorities that sign ${whose} certificate`,
    }),
  );

export const brokerAndCache = {
  AMQP_URL: hidden(url("amqp|amqps", "RabbitMQ")),
  AMQP_CA_FILE: caFile("RabbitMQ's"),
  REDIS_URL: hidden(url("redis|rediss", "Redis: rate limits and fan-out; may be away")),
  REDIS_CA_FILE: caFile("Redis'"),
};

export const logLevel = withDefault(LogLevel, "info");
export const database = {
  DATABASE_URL: hidden(url("postgres|postgresql", "Postgres, the primary")),
  DATABASE_CA_FILE: Type.Optional(
    Type.String({
      pattern: "^/",
      description: "PEM file of the authorities that sign Postgres' certificate; without it no TLS",
    }),
  ),
};

/** As whoever owns the database reaches it. */
export const ownerDatabase = {
  ...database,
  DATABASE_FORMER_URL: hidden(
    Type.Optional(
      Type.String({
        description:
          "DATABASE_URL with the password of before: a server that has it is given that of DATABASE_URL",
      }),
    ),
  ),
};

const anyClass = jobClasses.map((one) => one.replaceAll(".", "\\.")).join("|");
/** Classes of jobs, as text with commas between them. */
export const jobClassList = (description: string) =>
  withDefault(Type.String({ pattern: `^((${anyClass})(,(${anyClass}))*)?$`, description }), "");

export function jobClassesIn(list: string): JobClass[] {
  const names: readonly string[] = list.split(",");
  return jobClasses.filter((one) => names.includes(one));
}

interface S3Variables<WriteOnce> {
  readonly s3Endpoint: string;
  readonly s3PublicEndpoint: string;
  readonly s3Bucket: string;
  readonly s3Region: string;
  readonly s3WriteOnce: WriteOnce;
  readonly s3AccessKeyId?: string | undefined;
  readonly s3SecretAccessKey?: string | undefined;
}

/** The object store, as the API reaches it. */
export function s3Of<WriteOnce>(env: S3Variables<WriteOnce>) {
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = env;
  return {
    endpoint: env.s3Endpoint,
    publicEndpoint: env.s3PublicEndpoint,
    bucket: env.s3Bucket,
    region: env.s3Region,
    writeOnce: env.s3WriteOnce,
    /** Undefined: the SDK finds credentials itself, for example those that EKS gives the pod. */
    keys:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
  };
}

/** Who else may say where a client is. */
export const proxies = {
  TRUST_PROXY_HOPS: count(0, "Proxies in front whose X-Forwarded-For is trusted"),
  EDGE_SECRET: accepted(
    "By which the proxy of the stack proves itself in a header: its X-Forwarded-For is trusted, and nobody else's",
  ),
};

export const offOrOn = (description: string) =>
  withDefault(Type.Enum(["off", "on"], { description }), "off");

export const writeOnce = withDefault(
  Type.Enum(["if-none-match", "generation-match"], {
    description: "How the object store refuses to overwrite a file of a result: S3, or Google",
  }),
  "if-none-match",
);
