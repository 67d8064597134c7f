import type {
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryList,
  WebhookEndpoint,
  WebhookEndpointCreated,
} from "@framewright/contracts/webhook.ts";
import { decodeSenderEnv } from "../../../api/env.ts";
import { startWebhookSender, type RunningSender } from "../../../api/webhooks/start.ts";
import { createLogger } from "../../../runtime/log.ts";
import { until, type clientOf } from "../api-under-test.ts";

/** Of the API and the sender: receivers of these tests listen on loopback, on any port. */
export function webhookEnv(ports: readonly number[]) {
  return {
    WEBHOOK_KEY: "key of the webhooks' secrets",
    WEBHOOK_SCHEMES: "http",
    WEBHOOK_PORTS: ports.join(","),
    WEBHOOK_RANGES: "127.0.0.1/32",
  };
}

/** The sender in this process. Its lines are collected. */
export async function startSenderUnderTest(
  databaseUrl: string,
  extra: Record<string, string>,
): Promise<RunningSender & { readonly log: readonly string[] }> {
  const log: string[] = [];
  const logger = createLogger({
    level: "debug",
    base: { service: "webhooks" },
    destination: { write: (line) => void log.push(line) },
  });
  const config = decodeSenderEnv({ DATABASE_URL: databaseUrl, METRICS_PORT: "0", ...extra });
  return { ...(await startWebhookSender(config, logger)), log };
}

const base = "/v1/webhook-endpoints";

/** What an administrator of a project does. */
export function administratorOf(client: Pick<ReturnType<typeof clientOf>, "send">) {
  const { send } = client;
  const expecting = async <T>(status: number, ...args: Parameters<typeof send>): Promise<T> => {
    const answer = await send<T>(...args);
    if (answer.status !== status) {
      throw new Error(`${args[0]} ${args[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  };
  const deliveries = async (id: string): Promise<WebhookDelivery[]> =>
    (await expecting<WebhookDeliveryList>(200, "GET", `${base}/${id}/deliveries?limit=100`))
      .deliveries;
  const detail = (id: string, deliveryId: string) =>
    expecting<WebhookDeliveryDetail>(200, "GET", `${base}/${id}/deliveries/${deliveryId}`);
  return {
    create: (url: string, body: object = {}) =>
      expecting<WebhookEndpointCreated>(201, "POST", base, { url, ...body }),
    endpoint: (id: string) => expecting<WebhookEndpoint>(200, "GET", `${base}/${id}`),
    change: (id: string, body: object) =>
      expecting<WebhookEndpoint>(200, "PATCH", `${base}/${id}`, body),
    test: (id: string) => expecting<WebhookDelivery>(202, "POST", `${base}/${id}/test`),
    post: <T>(status: number, path: string, body?: object) =>
      expecting<T>(status, "POST", `${base}/${path}`, body),
    remove: (id: string) => expecting<null>(204, "DELETE", `${base}/${id}`),
    deliveries,
    detail,
    /** The delivery once it has so many finished attempts. */
    attempted: (id: string, deliveryId: string, attempts: number, timeoutMs?: number) =>
      until(
        `${attempts} attempts`,
        async () => {
          const found = await detail(id, deliveryId);
          const ended = found.log.filter(({ finishedAt }) => finishedAt !== undefined);
          return ended.length >= attempts && found;
        },
        timeoutMs,
      ),
  };
}
export type Administrator = ReturnType<typeof administratorOf>;
