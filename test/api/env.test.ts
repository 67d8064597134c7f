import { describe, expect, it } from "vitest";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { decodeApiEnv, decodeMigrateEnv } from "../../api/env.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { aProfile } from "../support/profiles.ts";
import { envFor } from "./api-under-test.ts";

const good = envFor({ databaseUrl: "postgres://u:p@db/app" });

describe("the environment of the API", () => {
  it("is decoded to numbers and defaults", () => {
    const config = decodeApiEnv({ ...good, PORT: "8000", PUBLIC_URL: "https://api.test/" });
    expect(config).toMatchObject({
      port: 8000,
      publicUrl: "https://api.test",
      uploadMaxBytes: 5 * 1024 ** 3,
      rateLimitPerMinute: 6000,
      logLevel: "info",
      jobAccel: "cpu",
    });
  });

  it("is refused with all its problems in one error", () => {
    const bad = { ...good, PORT: "http", DATABASE_URL: "mysql://x", S3_BUCKET: "" };
    const decode = () => decodeApiEnv({ ...bad, PLAYBACK_SECRET: "short" });
    expect(decode).toThrow(/4 problems in the environment/);
    for (const name of [
      /PORT must/,
      /DATABASE_URL must/,
      /S3_BUCKET is missing/,
      /PLAYBACK_SECRET must/,
    ]) {
      expect(decode).toThrow(name);
    }
  });

  it("does not show secrets in its errors", () => {
    expect(() => decodeApiEnv({ ...good, PLAYBACK_SECRET: "hunter2" })).not.toThrow(/hunter2/);
    expect(() => decodeApiEnv({ ...good, PLAYBACK_SECRET: "hunter2" })).toThrow(/PLAYBACK_SECRET/);
  });

  it("asks for a lease that outlives a missed heartbeat", () => {
    const env = { ...good, LEASE_SECONDS: "5", HEARTBEAT_SECONDS: "5" };
    expect(() => decodeApiEnv(env)).toThrow(/LEASE_SECONDS must be at least twice/);
  });

  it("has the profiles of the stack's config", () => {
    const mobile = { ...aProfile("hls-720p"), name: "mobile" };
    expect(decodeApiEnv(good).profiles).toEqual([]);
    const env = { ...good, PROFILES: JSON.stringify([mobile]) };
    expect(decodeApiEnv(env).profiles).toEqual([mobile]);
  });

  it("has the prices of the stack's config, if there are any", () => {
    const prices = { currency: "EUR", cpuHour: 0.04, gpuHour: 0.7 };
    expect(decodeApiEnv(good).prices).toBeUndefined();
    expect(decodeApiEnv({ ...good, PRICES: JSON.stringify(prices) }).prices).toEqual(prices);
    const euro = JSON.stringify({ ...prices, currency: "Euro" });
    expect(() => decodeApiEnv({ ...good, PRICES: euro })).toThrow("PRICES: currency must match");
  });

  it.each([
    ["[", 'PROFILES: the document must be array, but is "["'],
    ['[{"name":"Mobile"}]', 'PROFILES: [0].name must match pattern "'],
    [
      JSON.stringify([aProfile("hls-720p")]).replace('"kbps":1400', '"kbps":2800'),
      "PROFILES: [0].video.ladder[1].kbps must be less than 2800, which the rung above has, but is 2800",
    ],
  ])("is refused with profiles that are %s", (text, message) => {
    expect(() => decodeApiEnv({ ...good, PROFILES: text })).toThrow(message);
  });

  it("takes both S3 keys, or neither", () => {
    const none = { ...good, S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "" };
    expect(decodeApiEnv(good).s3.keys).toEqual({ accessKeyId: "x", secretAccessKey: "x" });
    expect(decodeApiEnv(none).s3.keys).toBeUndefined();
    for (const half of ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]) {
      expect(() => decodeApiEnv({ ...good, [half]: "" })).toThrow(
        "set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither",
      );
    }
  });
});

describe("the issuer of tokens in the environment", () => {
  const issuer = { OIDC_ISSUER: "https://login.test/realms/video", OIDC_AUDIENCE: "framewright" };

  it("is none where nothing is said of it", () => {
    expect(decodeApiEnv(good).oidc).toBeUndefined();
  });

  it("has claims by default, and the values that are mapped", () => {
    const mapped = { OIDC_SCOPES_READ: "viewer framewright:read", OIDC_SCOPES_ADMIN: "admin" };
    expect(decodeApiEnv({ ...good, ...issuer, ...mapped }).oidc).toEqual({
      issuer: "https://login.test/realms/video",
      audience: "framewright",
      projectClaim: "framewright_project",
      scopeClaim: "scope",
      scopes: { read: ["viewer", "framewright:read"], submit: [], admin: ["admin"], platform: [] },
    });
  });

  it.each([
    ["OIDC_ISSUER", "http://127.0.0.1:8080", "OIDC_ISSUER must match pattern"],
    ["OIDC_AUDIENCE", "", "set both OIDC_ISSUER and OIDC_AUDIENCE, or neither"],
    ["OIDC_ISSUER", "", "set both OIDC_ISSUER and OIDC_AUDIENCE, or neither"],
  ])("is refused with %s=%s", (name, value, message) => {
    expect(() => decodeApiEnv({ ...good, ...issuer, [name]: value })).toThrow(message);
  });
});

describe("the environment of the migration", () => {
  it("takes a bootstrap key with a good checksum only", () => {
    const DATABASE_URL = "postgres://u:p@db/app";
    const key = generateKey(clientKeyKind);
    expect(decodeMigrateEnv({ DATABASE_URL, BOOTSTRAP_API_KEY: key }).bootstrapApiKey).toBe(key);
    const damaged = () => decodeMigrateEnv({ DATABASE_URL, BOOTSTRAP_API_KEY: `${key}x` });
    expect(damaged).toThrow("BOOTSTRAP_API_KEY is not a valid key");
    expect(damaged).not.toThrow(key);
  });
});
