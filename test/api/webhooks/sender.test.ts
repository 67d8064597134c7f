import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createSenderMetrics } from "../../../api/metrics.ts";
import { createSecretBox, generateSecret } from "../../../api/webhooks/secret.ts";
import { startSender } from "../../../api/webhooks/sender.ts";
import { FakeDb } from "../fake-engine.ts";
import { Receiver } from "./receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  receiver = await new Receiver().listen();
});
afterAll(() => {
  receiver.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (_request, response) => response.writeHead(204).end();
});

const box = createSecretBox("passphrase of the tests");
const otherBox = createSecretBox("another passphrase");
const endpoint = "endpoint-1";
const [current, previous] = [generateSecret(), generateSecret()];

/** A sender with one delivery, and what it wrote of it. */
async function sendOne(row: { readonly secret: Buffer; readonly previous_secret: Buffer | null }) {
  const claimed = {
    ...{ id: "delivery-1", type: "webhook.test", body: "{}", attempts: 3, failures: 2 },
    ...{ endpoint_id: endpoint, url: receiver.url, ...row },
  };
  const due = [[claimed]];
  const db = new FakeDb({
    "lock-webhook-endpoints": () => (due.length > 0 ? [{ id: endpoint }] : []),
    "claim-webhook-deliveries": () => due.shift() ?? [],
  });
  const sender = startSender({
    ...{ db, secrets: box, metrics: createSenderMetrics(), log: pino({ level: "silent" }) },
    policy: { schemes: ["http"], ports: [receiver.port], ranges: ["127.0.0.1/32"] },
    ...{ timeoutSeconds: 2, parallel: 10, parallelPerEndpoint: 4, disableDays: 5 },
  });
  await expect.poll(() => db.executions("settle-webhook-attempt").length).toBe(1);
  await sender.stop();
  return db;
}

it("signs with both secrets, and writes the attempt under its own number", async () => {
  const secret = box.seal(current, endpoint);
  const db = await sendOne({ secret, previous_secret: box.seal(previous, endpoint) });
  for (const valid of [current, previous]) expect(receiver.verified(valid)).toHaveLength(1);
  expect(db.values("settle-webhook-delivery").slice(0, 3)).toEqual(["delivery-1", 3, "succeeded"]);
  expect(db.values("settle-webhook-attempt").slice(0, 3)).toEqual(["delivery-1", 3, 204]);
  expect(db.values("claim-webhook-deliveries").slice(0, 4)).toEqual([[endpoint], 4, 10, 17]);
});

it("goes on with the current secret where the previous one was sealed with another key", async () => {
  const secret = box.seal(current, endpoint);
  await sendOne({ secret, previous_secret: otherBox.seal(previous, endpoint) });
  expect(receiver.verified(current)).toHaveLength(1);
});

it("sends nothing that it cannot sign, and says so", async () => {
  const secret = otherBox.seal(current, endpoint);
  const db = await sendOne({ secret, previous_secret: null });
  expect(receiver.received).toEqual([]);
  expect(db.values("settle-webhook-delivery").slice(2)).toEqual([
    "pending",
    expect.closeTo(1800, -3),
    expect.objectContaining({ code: "secret-unreadable" }),
  ]);
});
