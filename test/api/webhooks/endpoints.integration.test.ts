import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { RotatedSecret } from "@framewright/contracts/webhook.ts";
import { until } from "../api-under-test.ts";
import { startWebhooks, type WebhooksUnderTest } from "./webhooks-under-test.ts";

let webhooks: WebhooksUnderTest;
let receiver: WebhooksUnderTest["receiver"];
let other: WebhooksUnderTest["other"];
let engine: WebhooksUnderTest["engine"];
let sender: WebhooksUnderTest["sender"];
let admin: WebhooksUnderTest["admin"];
let soon: WebhooksUnderTest["soon"];
beforeAll(async () => {
  webhooks = await startWebhooks();
  ({ receiver, other, engine, sender, admin, soon } = webhooks);
});
afterAll(() => webhooks.stop());
beforeEach(() => webhooks.fresh());

describe("an endpoint", () => {
  it("that answers 410 is disabled, says so, and gets nothing until it is enabled", async () => {
    const { id } = await admin.create(receiver.url);
    receiver.answer = (_request, response) => response.writeHead(410).end();
    const { id: deliveryId } = await admin.test(id);
    const gone = await admin.attempted(id, deliveryId, 1);
    expect([gone.state, gone.lastError?.code]).toEqual(["failed", "gone"]);
    expect(await admin.endpoint(id)).toMatchObject({
      enabled: false,
      disabled: { reason: "gone", message: "The receiver answered 410: it wants no more events" },
    });
    const refused = await engine.client.send<{ code: string }>(
      "POST",
      `/v1/webhook-endpoints/${id}/test`,
    );
    expect([refused.status, refused.body.code]).toEqual([409, "webhook-endpoint-disabled"]);
    await engine.submit();
    expect(await admin.deliveries(id)).toHaveLength(1);

    receiver.answer = (_request, response) => response.writeHead(204).end();
    expect(await admin.change(id, { enabled: true })).toMatchObject({ enabled: true });
    await admin.post(202, `${id}/deliveries/${deliveryId}/redeliver`);
    expect((await admin.attempted(id, deliveryId, 2)).state).toBe("succeeded");
    await admin.remove(id);
  });

  it("that fails for five days is disabled, and says since when it failed", async () => {
    const { id } = await admin.create(receiver.url);
    receiver.answer = (_request, response) => response.writeHead(500).end();
    const { id: deliveryId } = await admin.test(id);
    await admin.attempted(id, deliveryId, 1);
    const since = new Date(Date.now() - 5.1 * 86_400_000);
    const pretend =
      "UPDATE webhook_endpoints SET failing_since = $2, last_failure_at = $3 WHERE id = $1";
    // An outage of long ago that nobody noticed since is another one.
    await engine.api.query(pretend, [id, since, new Date(Date.now() - 3 * 86_400_000)]);
    await soon(deliveryId);
    await admin.attempted(id, deliveryId, 2);
    expect(await admin.endpoint(id)).toMatchObject({ enabled: true });
    await engine.api.query(pretend, [id, since, new Date(Date.now() - 86_400_000)]);
    await soon(deliveryId);
    await admin.attempted(id, deliveryId, 3);
    expect(await admin.endpoint(id)).toMatchObject({
      enabled: false,
      failingSince: since.toISOString(),
      disabled: {
        reason: "failing",
        message: `Every attempt since ${since.toISOString()} failed; the deliveries show why`,
      },
    });
    await admin.remove(id);
  });

  it("is signed for by both secrets while one replaces the other, and by the new one after that", async () => {
    const { id, secret } = await admin.create(receiver.url);
    const first = await admin.post<RotatedSecret>(200, `${id}/rotate-secret`, { overlapHours: 2 });
    expect(first.secret).not.toBe(secret);
    const overlap = Date.parse(first.previousSecretUntil ?? "") - Date.now();
    expect(overlap / 3_600_000).toBeCloseTo(2, 1);
    await admin.attempted(id, (await admin.test(id)).id, 1);
    for (const valid of [secret, first.secret]) expect(receiver.verified(valid)).toHaveLength(1);

    const at = "previous_secret_until = now() - interval '1 second'";
    await engine.api.query(`UPDATE webhook_endpoints SET ${at} WHERE id = $1`, [id]);
    receiver.received.length = 0;
    await admin.attempted(id, (await admin.test(id)).id, 1);
    expect(receiver.verified(first.secret)).toHaveLength(1);
    expect(() => receiver.verified(secret)).toThrow("No matching signature");

    const second = await admin.post<RotatedSecret>(200, `${id}/rotate-secret`, { overlapHours: 0 });
    expect(second).not.toHaveProperty("previousSecretUntil");
    receiver.received.length = 0;
    await admin.attempted(id, (await admin.test(id)).id, 1);
    expect(receiver.received[0]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect(receiver.verified(second.secret)).toHaveLength(1);
    await admin.remove(id);
  });

  it("shows its secret once: neither later answers, nor rows, nor logs have it", async () => {
    const { id, secret } = await admin.create(`${receiver.url}?token=token-of-the-receiver`);
    await admin.attempted(id, (await admin.test(id)).id, 1);
    const bytes = Buffer.from(secret.slice("whsec_".length), "base64");
    const shown = JSON.stringify([await admin.endpoint(id), await admin.deliveries(id)]);
    const [row] = await engine.api.query<{ text: string; secret: Buffer }>(
      "SELECT e::text AS text, secret FROM webhook_endpoints e WHERE id = $1",
      [id],
    );
    const logs = [...engine.api.log, ...sender.log].join("");
    expect(logs).toContain(id);
    for (const text of [shown, row?.text ?? "", logs]) {
      expect(text).not.toContain(secret.slice("whsec_".length));
      expect(text).not.toContain(bytes.toString("hex"));
    }
    expect(logs).not.toContain("token-of-the-receiver");
    expect(row?.secret.includes(bytes)).toBe(false);
    await admin.remove(id);
  });

  it("whose secret cannot be read is told so, and holds up no other", async () => {
    const { id } = await admin.create(receiver.url);
    const intact = await admin.create(other.url);
    await engine.api.query(
      "UPDATE webhook_endpoints SET secret = sha256(secret) || sha256(secret) WHERE id = $1",
      [id],
    );
    const broken = await admin.test(id);
    await admin.attempted(intact.id, (await admin.test(intact.id)).id, 1);
    expect(other.verified(intact.secret)).toHaveLength(1);
    const { lastError } = await admin.attempted(id, broken.id, 1);
    expect(lastError?.code).toBe("secret-unreadable");
    expect(receiver.received).toEqual([]);
    // The old one, which stays valid for a day, holds up nothing either.
    const { secret } = await admin.post<RotatedSecret>(200, `${id}/rotate-secret`, {});
    await soon(broken.id);
    await admin.attempted(id, broken.id, 2);
    expect(receiver.verified(secret)).toHaveLength(1);
  });

  it("of another project does not exist", async () => {
    const { id } = await admin.create(receiver.url);
    const { id: deliveryId } = await admin.test(id);
    const elsewhere = "00000000-0000-7000-8000-00000000000f";
    await engine.api.query(
      `INSERT INTO projects (id, name) VALUES ('${elsewhere}', 'another') ON CONFLICT DO NOTHING`,
    );
    await engine.api.query("UPDATE webhook_endpoints SET project_id = $2 WHERE id = $1", [
      id,
      elsewhere,
    ]);
    const requests: [method: string, path: string, body?: object][] = [
      ["GET", ""],
      ["PATCH", "", { enabled: false }],
      ["DELETE", ""],
      ["POST", "/test"],
      ["POST", "/rotate-secret", {}],
      ["GET", "/deliveries"],
      ["GET", `/deliveries/${deliveryId}`],
      ["POST", `/deliveries/${deliveryId}/redeliver`],
      ["POST", "/redeliver-failed", { since: "2026-11-21T10:00:00Z" }],
    ];
    for (const [method, path, body] of requests) {
      const url = `/v1/webhook-endpoints/${id}${path}`;
      const answer = await engine.client.send<{ code: string }>(method, url, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([
        ...[method, path],
        ...[404, "webhook-endpoint-not-found"],
      ]);
    }
    const list = await engine.client.send<{ endpoints: object[] }>("GET", "/v1/webhook-endpoints");
    expect(list.body.endpoints).toEqual([]);
  });

  it("that is slow delays no other", async () => {
    const slow = await admin.create(receiver.url);
    const fast = await admin.create(other.url);
    receiver.answer = () => undefined;
    const started = Date.now();
    for (let index = 0; index < 20; index += 1) await admin.test(slow.id);
    for (let index = 0; index < 20; index += 1) await admin.test(fast.id);
    await until("all events at the other", () => other.received.length === 20);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(receiver.received.length).toBeLessThanOrEqual(12);
    await until("the slow one to fail", async () => (await admin.endpoint(slow.id)).failingSince);
    // One at a time while it fails.
    const before = receiver.received.length;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(receiver.received.length - before).toBeLessThanOrEqual(2);
    await admin.remove(slow.id);
    await admin.remove(fast.id);
  });

  it("that is deleted gets nothing more, and its log goes", async () => {
    const { id } = await admin.create(receiver.url);
    await admin.attempted(id, (await admin.test(id)).id, 1);
    await admin.remove(id);
    const again = await engine.client.send("GET", `/v1/webhook-endpoints/${id}/deliveries`);
    expect(again.status).toBe(404);
    await engine.submit();
    await until(
      "the deliveries to be deleted",
      async () => {
        const sql = "SELECT id FROM webhook_deliveries WHERE endpoint_id = $1";
        return (await engine.api.query(sql, [id])).length === 0;
      },
      25_000,
    );
  });
});

describe("the API", () => {
  it("refuses URLs that can be seen to lead where no receiver may be", async () => {
    const refused = [
      ...[`http://127.0.0.2:${receiver.port}/`, `http://[::1]:${receiver.port}/`],
      ...[`http://2130706434:${receiver.port}/`, `http://169.254.169.254:${receiver.port}/`],
      ...[`https://127.0.0.1:${receiver.port}/`, "http://127.0.0.1:1/"],
      `http://user:password@127.0.0.1:${receiver.port}/`,
    ];
    for (const url of refused) {
      const answer = await engine.client.send<{ code: string; errors: { path: string }[] }>(
        "POST",
        "/v1/webhook-endpoints",
        { url },
      );
      expect([url, answer.status, answer.body.code, answer.body.errors[0]?.path]).toEqual([
        url,
        422,
        "webhook-url-refused",
        "body/url",
      ]);
    }
  });

  it("takes twenty endpoints of a project, and says so to the next", async () => {
    const made = [];
    for (;;) {
      const answer = await engine.client.send<{ id: string; code: string; detail: string }>(
        "POST",
        "/v1/webhook-endpoints",
        { url: receiver.url, eventTypes: ["job.failed"] },
      );
      if (answer.status !== 201) {
        expect([answer.status, answer.body.code]).toEqual([409, "too-many-webhook-endpoints"]);
        break;
      }
      made.push(answer.body.id);
    }
    expect(made).toHaveLength(20);
    for (const id of made) await admin.remove(id);
  });

  it("writes down who changed what", async () => {
    const { id } = await admin.create(receiver.url);
    await admin.change(id, { description: "shop", eventTypes: ["job.failed"] });
    await admin.post(200, `${id}/rotate-secret`, {});
    const { id: deliveryId } = await admin.test(id);
    await admin.attempted(id, deliveryId, 1);
    await admin.post(202, `${id}/deliveries/${deliveryId}/redeliver`);
    await admin.remove(id);
    const { body } = await engine.client.send<AuditList>("GET", "/v1/audit?limit=6");
    expect(body.entries.map(({ action, targetId }) => [action, targetId])).toEqual([
      ["webhook-endpoint.delete", id],
      ["webhook-delivery.redeliver", deliveryId],
      ["webhook-endpoint.test", id],
      ["webhook-endpoint.rotate-secret", id],
      ["webhook-endpoint.update", id],
      ["webhook-endpoint.create", id],
    ]);
  });
});
