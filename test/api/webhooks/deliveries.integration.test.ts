import { Value } from "typebox/value";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebhookEvent, type WebhookDeliveryList } from "@framewright/contracts/webhook.ts";
import { until } from "../api-under-test.ts";
import type { Receiver } from "./receiver.ts";
import { startWebhooks, type WebhooksUnderTest } from "./webhooks-under-test.ts";

let webhooks: WebhooksUnderTest;
let receiver: WebhooksUnderTest["receiver"];
let other: WebhooksUnderTest["other"];
let canary: WebhooksUnderTest["canary"];
let engine: WebhooksUnderTest["engine"];
let admin: WebhooksUnderTest["admin"];
let soon: WebhooksUnderTest["soon"];
beforeAll(async () => {
  webhooks = await startWebhooks();
  ({ receiver, other, canary, engine, admin, soon } = webhooks);
});
afterAll(() => webhooks.stop());
beforeEach(() => webhooks.fresh());

const typesOf = (events: readonly WebhookEvent[]) => events.map(({ type }) => type).toSorted();

describe("the events of a job", () => {
  it("reach the receiver signed, in the form that the contract has, each once", async () => {
    const { id, secret } = await admin.create(receiver.url);
    const lease = await engine.claimed();
    await engine.worker.uploadAll(lease);
    expect((await engine.worker.complete(lease)).status).toBe(200);
    await until("three events", () => receiver.received.length >= 3);
    const events = receiver.verified(secret);
    expect(typesOf(events)).toEqual(["job.queued", "job.running", "job.succeeded"]);
    for (const event of events) expect([...Value.Errors(WebhookEvent, event)]).toEqual([]);
    const succeeded = events.find(({ type }) => type === "job.succeeded");
    expect(succeeded?.data).toMatchObject({
      jobId: lease.jobId,
      kind: "transcode",
      state: "succeeded",
      attempt: 1,
      durationSeconds: 20,
    });
    const deliveries = await until("three deliveries", async () => {
      const found = await admin.deliveries(id);
      return found.every(({ state }) => state === "succeeded") && found;
    });
    expect(deliveries.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids.toSorted()).toEqual(deliveries.map((one) => `msg_${one.id}`).toSorted());
    await admin.remove(id);
  });

  it("are only those that the endpoint wants, with what went wrong", async () => {
    const { id, secret } = await admin.create(receiver.url, {
      eventTypes: ["job.failed", "job.cancelled", "job.requeued"],
    });
    const bad = await engine.claimed();
    await engine.worker.fail(bad, "input");
    const flaky = await engine.claimed();
    await engine.worker.fail(flaky, "transient");
    await engine.client.send("POST", `/v1/jobs/${flaky.jobId}/cancel`);
    await until("three events", () => receiver.received.length >= 3);
    const events = receiver.verified(secret);
    expect(typesOf(events)).toEqual(["job.cancelled", "job.failed", "job.requeued"]);
    expect(events.find(({ type }) => type === "job.failed")?.data).toMatchObject({
      jobId: bad.jobId,
      error: { kind: "input" },
    });
    await admin.remove(id);
  });

  it("are those of the own project, and none of what was rolled back", async () => {
    const { id } = await admin.create(receiver.url);
    const [{ project_id: project } = { project_id: "" }] = await engine.api.query<{
      project_id: string;
    }>("SELECT project_id FROM webhook_endpoints WHERE id = $1", [id]);
    const { id: jobId } = await engine.submit();
    await until("job.queued", () => receiver.received.length === 1);
    const change = `UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE id = '${jobId}'`;
    await engine.api.query(`BEGIN; ${change}; ROLLBACK`);
    const elsewhere = "00000000-0000-7000-8000-00000000000e";
    await engine.api.query(
      `INSERT INTO projects (id, name) VALUES ('${elsewhere}', 'elsewhere') ON CONFLICT DO NOTHING`,
    );
    await engine.api.query(
      `UPDATE webhook_endpoints SET project_id = '${elsewhere}' WHERE id = $1`,
      [id],
    );
    await engine.client.send("POST", `/v1/jobs/${jobId}/cancel`);
    await engine.api.query(`UPDATE webhook_endpoints SET project_id = $2 WHERE id = $1`, [
      id,
      project,
    ]);
    expect((await admin.deliveries(id)).map(({ type }) => type)).toEqual(["job.queued"]);
    await admin.remove(id);
  });
});

describe("the delivery log", () => {
  it("goes with the job that it tells of", async () => {
    const { id } = await admin.create(receiver.url);
    const { id: jobId } = await engine.client.submit({
      ...{ uploadId: engine.uploadId, profile: "hls-720p" },
      metadata: { customer: "Erika Mustermann" },
    });
    await until("job.queued", () => receiver.received.length === 1);
    expect(receiver.received[0]?.body).toContain("Erika Mustermann");
    await engine.client.send("DELETE", `/v1/jobs/${jobId}`);
    expect(await admin.deliveries(id)).toEqual([]);
    const kept = "SELECT 1 FROM webhook_deliveries WHERE body LIKE '%Mustermann%'";
    expect(await engine.api.query(kept)).toEqual([]);
  });

  it("shows a receiver that fails, redirects, is slow and comes back, under one id", async () => {
    const { id, secret } = await admin.create(receiver.url);
    const answers: Receiver["answer"][] = [
      (_request, response) => response.writeHead(500).end("database down"),
      (_request, response) => response.writeHead(302, { location: other.url }).end(),
      () => undefined,
      (request) => request.socket.destroy(),
      (_request, response) => response.writeHead(200).end("thanks"),
    ];
    receiver.answer = (request, response) => answers.shift()?.(request, response);
    const { id: deliveryId } = await admin.test(id);
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await admin.attempted(id, deliveryId, attempt);
      await soon(deliveryId);
    }
    const delivered = await admin.attempted(id, deliveryId, 5);
    expect(delivered.state).toBe("succeeded");
    const log = delivered.log.map(({ number, status, responseBody, error }) => ({
      ...{ number, status, responseBody, code: error?.code },
    }));
    console.log(JSON.stringify(delivered.log, undefined, 1));
    expect(log).toEqual([
      { number: 5, status: 200, responseBody: "thanks", code: undefined },
      { number: 4, status: undefined, responseBody: undefined, code: "connection-failed" },
      { number: 3, status: undefined, responseBody: undefined, code: "timed-out" },
      { number: 2, status: 302, responseBody: "", code: "redirected" },
      { number: 1, status: 500, responseBody: "database down", code: "status" },
    ]);
    expect(other.received).toEqual([]);
    expect(receiver.verified(secret)).toHaveLength(5);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(
      new Set([`msg_${deliveryId}`]),
    );
    expect(delivered.requestBody).toBe(receiver.received[0]?.body);
    // Failures are forgotten once it works.
    expect(await admin.endpoint(id)).not.toHaveProperty("failingSince");
    await admin.remove(id);
  });

  it("shows when the next attempt comes, and keeps to Retry-After", async () => {
    const { id } = await admin.create(receiver.url);
    receiver.answer = (_request, response) =>
      response.writeHead(429, { "retry-after": "7200" }).end();
    const { id: deliveryId } = await admin.test(id);
    const asked = await admin.attempted(id, deliveryId, 1);
    const seconds = (Date.parse(asked.nextAttemptAt ?? "") - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(7_100);
    expect(seconds).toBeLessThan(7_201);
    receiver.answer = (_request, response) => response.writeHead(503).end();
    await soon(deliveryId);
    const backedOff = await admin.attempted(id, deliveryId, 2);
    const pause = (Date.parse(backedOff.nextAttemptAt ?? "") - Date.now()) / 1000;
    expect(pause).toBeGreaterThan(260);
    expect(pause).toBeLessThan(331);
    await admin.remove(id);
  });

  it("ends as failed after ten attempts; one and all failed ones can be sent again", async () => {
    const { id } = await admin.create(receiver.url);
    receiver.answer = (_request, response) => response.writeHead(500).end();
    const started = new Date(Date.now() - 60_000).toISOString();
    const first = await admin.test(id);
    const second = await admin.test(id);
    for (const { id: deliveryId } of [first, second]) {
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        await admin.attempted(id, deliveryId, attempt);
        await soon(deliveryId);
      }
    }
    expect((await admin.deliveries(id)).map(({ state }) => state)).toEqual(["failed", "failed"]);
    const failed = `/v1/webhook-endpoints/${id}/deliveries?state=failed&limit=1`;
    const { body: newest } = await engine.client.send<WebhookDeliveryList>("GET", failed);
    const next = `${failed}&cursor=${newest.nextCursor ?? ""}`;
    const { body: oldest } = await engine.client.send<WebhookDeliveryList>("GET", next);
    expect([newest, oldest].map(({ deliveries }) => deliveries.map((one) => one.id))).toEqual([
      [second.id],
      [first.id],
    ]);
    expect(oldest).not.toHaveProperty("nextCursor");
    receiver.answer = (_request, response) => response.writeHead(204).end();

    await admin.post(202, `${id}/deliveries/${first.id}/redeliver`);
    const again = await admin.attempted(id, first.id, 11);
    expect([again.state, again.attempts]).toEqual(["succeeded", 11]);
    const since = await admin.post(202, `${id}/redeliver-failed`, { since: started });
    expect(since).toEqual({ deliveries: 1, isMore: false });
    await admin.attempted(id, second.id, 11);
    const future = "2099-12-31T23:59:60Z";
    expect(await admin.post(202, `${id}/redeliver-failed`, { since: future })).toMatchObject({
      deliveries: 0,
    });
    await admin.remove(id);
  });
});

it("a private address is refused when something is sent, however it came into the row", async () => {
  const hosts = [
    ...["127.0.0.2", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "0.0.0.0", "[::1]", "[::]"],
    ...["[::ffff:127.0.0.2]", "[64:ff9b::127.0.0.2]", "10.0.0.1", "192.168.0.1", "100.64.0.1"],
    ...["169.254.169.254", "[fd00:ec2::254]", "168.63.129.16"],
  ];
  const { id } = await admin.create(receiver.url);
  for (const host of hosts) {
    const url = `http://${host}:${canary.port}/`;
    await engine.api.query("UPDATE webhook_endpoints SET url = $2 WHERE id = $1", [id, url]);
    const { id: deliveryId } = await admin.test(id);
    const { lastError } = await admin.attempted(id, deliveryId, 1);
    expect([host, lastError?.code]).toEqual([host, "url-refused"]);
  }
  await admin.change(id, { url: receiver.url });
  receiver.answer = (_request, response) =>
    response.writeHead(307, { location: `http://127.0.0.2:${canary.port}/` }).end();
  const { lastError } = await admin.attempted(id, (await admin.test(id)).id, 1);
  expect(lastError?.code).toBe("redirected");
  console.log(`tried ${hosts.length} addresses and a redirect; hits ${canary.hits.length}`);
  expect(canary.hits).toEqual([]);
  await admin.remove(id);
}, 120_000);
