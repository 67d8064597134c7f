import { describe, expect, it } from "vitest";
import { decodeApiEnv, decodeSenderEnv } from "../../../api/env.ts";
import { createEndpointStore } from "../../../api/webhooks/endpoint-store.ts";
import { envFor } from "../api-under-test.ts";
import { actor, FakeDb } from "../fake-engine.ts";

const good = envFor({ databaseUrl: "postgres://u:p@db/app" });
const key = { WEBHOOK_KEY: "key of the webhooks' secrets" };
const ownEnv = { DATABASE_URL: "postgres://u:p@db/app", METRICS_PORT: "9090" };

describe("webhooks in the environment", () => {
  it("are off where the API has no key for their secrets, and then nobody makes an endpoint", async () => {
    const { webhooks } = decodeApiEnv(good);
    expect(webhooks).toBeUndefined();
    const db = new FakeDb();
    const store = createEndpointStore(db, webhooks);
    await expect(store.create(actor, { url: "https://shop.test/" })).rejects.toMatchObject({
      code: "webhooks-off",
      status: 422,
    });
    expect(db.statements).toEqual([]);
  });

  it("go to https on port 443 of public addresses alone, unless it says otherwise", () => {
    expect(decodeApiEnv({ ...good, ...key }).webhooks?.policy).toEqual({
      schemes: ["https"],
      ports: [443],
      ranges: [],
    });
    const wider = {
      ...{ WEBHOOK_SCHEMES: "http,https", WEBHOOK_PORTS: "443,8080" },
      WEBHOOK_RANGES: "10.200.0.0/24,fd00::/8",
    };
    expect(decodeSenderEnv({ ...ownEnv, ...key, ...wider }).webhooks.policy).toEqual({
      schemes: ["https", "http"],
      ports: [443, 8080],
      ranges: ["10.200.0.0/24", "fd00::/8"],
    });
  });

  it("need the key where the sender is", () => {
    expect(() => decodeSenderEnv(ownEnv)).toThrow(
      "WEBHOOK_KEY is missing; set it to the one that the API has",
    );
  });

  it.each([
    ["WEBHOOK_RANGES", "10.0.0.1", 'WEBHOOK_RANGES has "10.0.0.1", which is no range'],
    ["WEBHOOK_SCHEMES", "ftp", "WEBHOOK_SCHEMES must match pattern"],
    ["WEBHOOK_TIMEOUT_SECONDS", "0", "WEBHOOK_TIMEOUT_SECONDS must be >= 1"],
  ])("are refused with %s=%s", (name, value, message) => {
    expect(() => decodeSenderEnv({ ...ownEnv, ...key, [name]: value })).toThrow(message);
  });
});
