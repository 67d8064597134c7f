import { account, portOf, type Place, type ServiceName } from "./kinds.ts";

/** Where the services are reached; empty for those that were not asked for. */
export interface ServiceUrls {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  /** Base of RabbitMQ's management API with user and password in it. */
  readonly amqpManagementUrl: string;
  readonly redisUrl: string;
  readonly s3: {
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
  };
}

export function urlsOf(places: ReadonlyMap<ServiceName, Place>): ServiceUrls {
  const url = (
    name: ServiceName,
    port: string,
    text: (host: string, password: string) => string,
  ): string => {
    const place = places.get(name);
    return place === undefined ? "" : text(`127.0.0.1:${portOf(place, port)}`, place.password);
  };
  return {
    databaseUrl: url(
      "postgres",
      "sql",
      (at, word) => `postgres://${account}:${word}@${at}/${account}`,
    ),
    amqpUrl: url("rabbitmq", "amqp", (at, word) => `amqp://${account}:${word}@${at}/`),
    amqpManagementUrl: url(
      "rabbitmq",
      "management",
      (at, word) => `http://${account}:${word}@${at}`,
    ),
    redisUrl: url("redis", "redis", (at, word) => `redis://:${word}@${at}`),
    s3: {
      endpoint: url("objectStore", "s3", (at) => `http://${at}`),
      accessKeyId: account,
      secretAccessKey: places.get("objectStore")?.password ?? "",
      region: "us-east-1",
    },
  };
}
