import { Type } from "typebox";
import { hidden, withDefault, type EnvOf, type RawEnv } from "@framewright/runtime/env.ts";
import { urlSchemes, type OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import { listVariable, rangeProblems, rangesOf } from "@framewright/runtime/url-inputs.ts";

/** What both the API and the sender are told. */
export const webhookVariables = {
  WEBHOOK_KEY: hidden(
    Type.Optional(
      Type.String({ minLength: 16, description: "Encrypts secrets; without it no webhooks" }),
    ),
  ),
  WEBHOOK_SCHEMES: listVariable("https", urlSchemes.join("|"), "Schemes that endpoints may have"),
  WEBHOOK_PORTS: listVariable("443", "[0-9]{1,5}", "Ports that endpoints may have"),
  WEBHOOK_RANGES: Type.Optional(
    Type.String({ description: "Ranges of addresses beside the public ones, comma separated" }),
  ),
};

const WebhookVariables = Type.Object(webhookVariables);

const count = (value: number, maximum: number, description: string) =>
  withDefault(Type.Integer({ minimum: 1, maximum, description }), value);

/** The sender's own. */
export const senderVariables = {
  WEBHOOK_TIMEOUT_SECONDS: count(15, 60, "Longest wait for a receiver's whole answer"),
  WEBHOOK_PARALLEL: count(100, 1000, "Requests that one sender has under way"),
  WEBHOOK_PARALLEL_PER_ENDPOINT: count(
    4,
    100,
    "Requests that all senders together have under way to one endpoint; one while it fails",
  ),
  WEBHOOK_DISABLE_DAYS: count(5, 365, "Days of failures after which an endpoint is disabled"),
};

export interface Webhooks {
  readonly key: string;
  readonly policy: OutboundPolicy;
}

export function webhookProblems(raw: RawEnv): string[] {
  return rangeProblems("WEBHOOK_RANGES", raw);
}

/** Nothing where the stack has no webhooks. */
export function webhooksOf(env: EnvOf<typeof WebhookVariables>): Webhooks | undefined {
  if (env.webhookKey === undefined) return undefined;
  const schemes = env.webhookSchemes.split(",");
  return {
    key: env.webhookKey,
    policy: {
      schemes: urlSchemes.filter((scheme) => schemes.includes(scheme)),
      ports: env.webhookPorts.split(",").map(Number),
      ranges: rangesOf(env.webhookRanges),
    },
  };
}
