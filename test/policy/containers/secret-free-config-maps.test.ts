import { describe, expect, it } from "vitest";
import { secretFreeConfigMaps } from "../../../policy/rules/containers/secret-free-config-maps.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

function said(fields: Record<string, unknown>, config = {}) {
  return evaluate(secretFreeConfigMaps, objectOf("ConfigMap", fields), config);
}

const url = "postgres://cart:hunter2@db/cart";

describe("secret-free-config-maps", () => {
  it.each([
    [
      "a password by its key",
      { data: { DB_PASSWORD: "hunter2" } },
      "has the secret DB_PASSWORD. Fix: put",
    ],
    [
      "one that comes from a resource",
      { data: { DB_PASSWORD: unknown } },
      "has the secret DB_PASSWORD",
    ],
    [
      "a URL with a password",
      { data: { "app.yaml": `db: ${url}\n` } },
      "has a URL with a password in app.yaml",
    ],
    [
      "a password in YAML",
      { data: { "app.yaml": "db:\n  password: hunter2\n" } },
      "has the secret password in app.yaml",
    ],
    [
      "a password in JSON",
      { data: { "a.json": '{\n  "dbPassword": "hunter2"\n}' } },
      "has the secret dbPassword in a.json",
    ],
    [
      "a password in properties",
      { data: { "a.properties": "spring.datasource.password=hunter2" } },
      "spring.datasource.password in a.properties",
    ],
    [
      "a password of Redis",
      { data: { "redis.conf": "port 6379\nrequirepass hunter2\n" } },
      "has the secret requirepass in redis.conf",
    ],
    [
      "a password of RabbitMQ",
      { data: { "rabbitmq.conf": "default_user = cart\ndefault_pass = hunter2\n" } },
      "has the secret default_pass in rabbitmq.conf",
    ],
    [
      "a key in YAML",
      { data: { "app.yaml": "oidc:\n  clientSecret: 0a1b2c3d4e5f6a7b8hunter2\n" } },
      "has the secret clientSecret in app.yaml",
    ],
    [
      "one in binary data",
      { binaryData: { blob: Buffer.from(url).toString("base64") } },
      "has a URL with a password in blob",
    ],
    ["data that is unknown as a whole", { data: unknown }, "data is not known before the update"],
  ])("refuses %s", (_, fields, problem) => {
    const messages = said(fields);
    expect(messages).toEqual([expect.stringContaining(`ConfigMap shop/cart: `)]);
    expect(messages[0]).toContain(problem);
    expect(messages[0]).not.toContain("hunter2");
  });

  it.each([
    ["none", {}],
    ["settings", { data: { LOG_LEVEL: "info", TOKEN_TTL_SECONDS: "300" } }],
    ["a value that is unknown", { data: { ENDPOINT: unknown } }],
    [
      "a password that is elsewhere",
      { data: { "app.yaml": "password: ${DB_PASSWORD}\npasswordFile: /run/x\n" } },
    ],
    ["a name of a key", { data: { "app.yaml": "secretKey: redis-password\napiKey: header\n" } }],
    ["a proxy", { data: { "nginx.conf": "proxy_pass http://cart;\n# requirepass is unset\n" } }],
    ["an empty one", { data: { "app.yaml": 'password: ""\n' } }],
    ["binary data", { binaryData: { blob: "AAEC" } }],
  ])("accepts %s", (_, fields) => {
    expect(said(fields)).toEqual([]);
  });

  it("leaves alone a key that only sounds so", () => {
    expect(said({ data: { SECRET_SAUCE: "ketchup" } }, { notSecret: ["SECRET_SAUCE"] })).toEqual(
      [],
    );
  });

  it("judges each of a list, and no other kind", () => {
    const items = [{ data: {} }, { data: { DB_PASSWORD: "hunter2" } }];
    expect(evaluate(secretFreeConfigMaps, objectOf("ConfigMapList", { items }))).toEqual([
      expect.stringContaining("items.1: has the secret DB_PASSWORD"),
    ]);
    expect(evaluate(secretFreeConfigMaps, objectOf("Secret", items[1]!))).toEqual([]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "known and accepted" }];
    expect(said({ data: { DB_PASSWORD: "hunter2" } }, { exempt })).toEqual([]);
  });
});
