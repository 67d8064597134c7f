import { startCanary } from "../../worker/job/stranger.ts";
import { startEngine } from "../engine-under-test.ts";
import { Receiver } from "./receiver.ts";
import { administratorOf, startSenderUnderTest, webhookEnv } from "./senders.ts";

/** The engine with a sender and two receivers; and what must never be reached, at a port that is allowed. */
export async function startWebhooks() {
  const receiver = await new Receiver().listen();
  const other = await new Receiver().listen();
  const canary = await startCanary();
  const env = webhookEnv([receiver.port, other.port, canary.port]);
  const engine = await startEngine(
    { postgres: true, objectStore: true },
    { LEASE_SECONDS: "600", ...env },
  );
  const sender = await startSenderUnderTest(engine.api.databaseUrl, {
    ...env,
    WEBHOOK_TIMEOUT_SECONDS: "2",
  });
  return {
    ...{ receiver, other, canary, engine, sender },
    admin: administratorOf(engine.client),
    /** Without endpoints; receivers answer 204 again and forget what they got. */
    fresh: async () => {
      await engine.api.query(
        "UPDATE webhook_endpoints SET deleted_at = now(), disabled_at = now(), disabled_reason = 'requested'",
      );
      for (const one of [receiver, other]) {
        one.received.length = 0;
        one.answer = (_request, response) => response.writeHead(204).end("thanks");
      }
    },
    /** Brings the next attempt forward: the schedule itself has a test of its own. */
    soon: (deliveryId: string) =>
      engine.api.query(
        "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id = $1 AND state = 'pending'",
        [deliveryId],
      ),
    stop: async () => {
      await sender.stop();
      await engine.stop();
      receiver.close();
      other.close();
      canary.close();
    },
  };
}
export type WebhooksUnderTest = Awaited<ReturnType<typeof startWebhooks>>;
