import { WebhookEvent } from "@framewright/contracts/webhook.ts";

const header = (name: string, description: string) => ({
  ...{ name, in: "header", required: true, description },
  schema: { type: "string" },
});

/** What receivers are sent, in the form of OpenAPI 3.1: for clients that make their types from the document. */
export function documentedWebhooks(): unknown {
  const event = {
    post: {
      tags: ["Webhooks"],
      summary: "What an endpoint of yours is sent",
      description: "By Standard Webhooks 1.0. An event may come more than once, and in any order.",
      security: [],
      parameters: [
        header("webhook-id", "The same each time that the event is sent"),
        header("webhook-timestamp", "Seconds since 1970 of this attempt"),
        header(
          "webhook-signature",
          "`v1,` and an HMAC-SHA256 in base64; one for each valid secret",
        ),
      ],
      requestBody: { required: true, content: { "application/json": { schema: WebhookEvent } } },
      responses: {
        "2XX": { description: "Delivered" },
        "410": { description: "The endpoint is disabled" },
        default: { description: "The event is sent again later" },
      },
    },
  };
  const plain: unknown = JSON.parse(JSON.stringify({ event }));
  return plain;
}
