import { beforeAll, expect, test } from "vitest";
import { Redis, redisArguments } from "../../../services/redis/redis.ts";
import { InsideAuthority } from "../../../services/kit/tls/inside-tls.ts";
import { shownText } from "../../../services/kit/secrets/secret-text.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

let resources: Registration[];
beforeAll(async () => {
  const config = testConfig({ retainVolumes: false });
  resources = await registeredOn(
    config,
    (cluster, on) => new Redis("redis", { cluster, ...config.redis }, on),
  );
});

test("Redis is exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "RandomPassword redis-password",
    "Secret redis-server-secrets",
    "Service redis-server-nodes",
    "Service redis-server-service",
    "ServiceAccount redis-server-account",
    "StatefulSet redis-server-set",
  ]);
});

test("where volumes are not retained, they go with the set", () => {
  expect(inputsOf(resources, "redis-server-set")).toMatchObject({
    spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } },
  });
});

test("three quarters of the memory limit are for data, and the least used is evicted", () => {
  expect(redisArguments("256Mi")).toEqual([
    "--maxmemory",
    String(192 * 2 ** 20),
    "--maxmemory-policy",
    "allkeys-lru",
  ]);
});

test("the probe's password is in the Secret, not in its arguments", () => {
  const set = JSON.stringify(inputsOf(resources, "redis-server-set"));
  expect(set).toContain('"exec":{"command":["redis-cli","-e","ping"]}');
  expect(set).toContain('{"name":"REDISCLI_AUTH","valueFrom":{"secretKeyRef"');
});

test("with TLS it shows the certificate in its Secret, at the same port, and answers its probe in the pod", async () => {
  const config = testConfig();
  let url = "";
  const all = await registeredOn(config, (cluster, on) => {
    const authority = new InsideAuthority("inside", 0, on);
    const redis = new Redis("redis", { cluster, ...config.redis, tls: "required", authority }, on);
    shownText(redis.url)?.apply((made) => (url = made));
  });
  const set = JSON.stringify(inputsOf(all, "redis-server-set"));
  expect(set).toContain(
    '"--port","0","--tls-port","6379","--tls-cert-file","/etc/framewright-tls/tls.crt","--tls-key-file","/etc/framewright-tls/tls.key"',
  );
  expect(set).toContain('"exec":{"command":["redis-cli","-s","/tmp/redis.sock","-e","ping"]}');
  expect(set).toContain('"secret":{"defaultMode":288,"secretName":"redis-tls"}');
  expect(url).toMatch(/^rediss:.*@redis\.framewright-data\.svc\.cluster\.local:6379$/);
});
