import type { WebhookDelivery, WebhookEndpoint } from "@framewright/contracts/webhook.ts";
import { newId } from "../../api/ids.ts";
import type { ClientDeps } from "../../api/routes/client-deps.ts";

const at = "2026-11-21T10:00:00.000Z";

function anEndpoint(change: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  const url = "https://shop.example.com/hooks";
  return { id: newId(), url, description: "", enabled: true, createdAt: at, ...change };
}

function aDelivery(endpointId: string, id = newId()): WebhookDelivery {
  const type = "webhook.test";
  return { id, endpointId, type, state: "pending", attempts: 0, nextAttemptAt: at, createdAt: at };
}

const secret = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyB3aXRoIDMyIGJ5dGVz";

/** Answers as if everything had worked; the statements are tested on a real Postgres. */
export const fakeWebhooks: ClientDeps["webhooks"] = {
  endpoints: {
    create: (_by, { url }) => Promise.resolve({ ...anEndpoint({ url }), secret }),
    list: () => Promise.resolve([anEndpoint()]),
    get: (_project, id) => Promise.resolve(anEndpoint({ id })),
    update: (_by, id) => Promise.resolve(anEndpoint({ id })),
    delete: () => Promise.resolve(),
    rotateSecret: () => Promise.resolve({ secret, previousSecretUntil: at }),
  },
  deliveries: {
    list: (_project, { endpointId, limit }) =>
      Promise.resolve(Array.from({ length: limit }, () => aDelivery(endpointId))),
    get: (_project, endpointId, id) =>
      Promise.resolve({ ...aDelivery(endpointId, id), requestBody: "{}", log: [] }),
    sendTest: (_by, endpointId) => Promise.resolve(aDelivery(endpointId)),
    redeliver: (_by, endpointId, id) => Promise.resolve(aDelivery(endpointId, id)),
    redeliverFailed: () => Promise.resolve({ deliveries: 2, isMore: false }),
  },
};
