import { createHmac } from "node:crypto";
import { secretKey } from "./secret.ts";

export interface Message {
  /** The same each time that it is sent: receivers recognise by it what they know already. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The headers of Standard Webhooks 1.0: one signature for each secret, with a space between them. */
export function signedHeaders({ id, timestampSeconds, body }: Message, secrets: readonly string[]) {
  const signatures = secrets.map((secret) => {
    const text = `${id}.${timestampSeconds}.${body}`;
    return `v1,${createHmac("sha256", secretKey(secret)).update(text).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": signatures.join(" "),
  };
}
