import type { WebhooksSection } from "../../../config/schema.ts";
import { secret } from "../pods/env.ts";
import type { SecretText } from "../secrets/secret-text.ts";

/** The variables by which the API and the webhook sender know where events may be sent. */
export function webhookEnv(
  { schemes, ports, ranges }: Pick<WebhooksSection, "schemes" | "ports" | "ranges">,
  key: SecretText,
) {
  return {
    WEBHOOK_KEY: secret(key),
    WEBHOOK_SCHEMES: schemes.join(","),
    WEBHOOK_PORTS: ports.join(","),
    WEBHOOK_RANGES: ranges.join(","),
  };
}
