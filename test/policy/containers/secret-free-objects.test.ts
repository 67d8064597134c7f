import { expect, it } from "vitest";
import { secretFreeObjects } from "../../../policy/rules/containers/secret-free-objects.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, objectOf, podSpec } from "../kit/workloads.ts";

const url = "postgres://cart:hunter2@db/cart";
const map = (data: unknown) => objectOf("ConfigMap", { data });
const file = (name: string, text: string) => map({ [name]: text });
const binary = (text: string) =>
  objectOf("ConfigMap", { binaryData: { blob: Buffer.from(text).toString("base64") } });

describeRule(secretFreeObjects, {
  passes: [
    ["no data", objectOf("ConfigMap", {})],
    ["settings", map({ LOG_LEVEL: "info", TOKEN_TTL_SECONDS: "300" })],
    ["an unknown value", map({ ENDPOINT: unknown })],
    ["a password that is elsewhere", file("a.yaml", "password: ${DB}\npasswordFile: /run/x\n")],
    ["names of keys", file("a.yaml", "secretKey: redis-password\napiKey: header\n")],
    ["a proxy", file("nginx.conf", "proxy_pass http://cart;\n# requirepass is unset\n")],
    ["an empty password", file("a.yaml", 'password: ""\n')],
    ["binary data", binary("\0\u0001")],
  ],
  fails: [
    ["a password", map({ DB_PASSWORD: "hunter2" }), "shop/cart: has the secret DB_PASSWORD. Fix"],
    ["one of another resource", map({ DB_PASSWORD: unknown }), "has the secret DB_PASSWORD"],
    ["a URL with one", file("a.yaml", `db: ${url}\n`), "has a URL with a password in a.yaml"],
    ["one in YAML", file("a.yaml", "db:\n  password: x\n"), "has the secret password in a.yaml"],
    ["one in JSON", file("a.json", '{\n  "dbPassword": "x"\n}'), "the secret dbPassword in a.json"],
    ["properties", file("a.properties", "a.db.password=x"), "the secret a.db.password in a.prop"],
    ["Redis", file("redis.conf", "port 1\nrequirepass x\n"), "the secret requirepass in"],
    ["RabbitMQ", file("rabbitmq.conf", "default_pass = x\n"), "the secret default_pass in"],
    ["a key", file("a.yaml", "clientSecret: 0a1b2c3d4e5f6a7b8c\n"), "the secret clientSecret in"],
    ["binary data", binary(url), "has a URL with a password in blob"],
  ],
});

function custom(spec: object, kind = "keda.sh/ScaledObject") {
  return objectOf(kind, { spec });
}
const annotated = (annotations: object) => objectOf("Service", {}, { annotations });
const chart = (values: object) => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "redis",
  props: { chart: "redis", values },
});
const template = { metadata: { annotations: { url } }, spec: podSpec() };
const withUrl = podSpec({ containers: [container({ env: [{ name: "A", value: url }] })] });
const schema = "apiextensions.k8s.io/CustomResourceDefinition";

describeRule(secretFreeObjects, {
  passes: [
    ["names of Secrets", custom({ passwordSecret: "a", adminPasswordSecretName: "a" })],
    ["names of keys", custom({ auth: { secretName: "a", password: "cart.password" } })],
    ["a reference", custom({ password: { secretKeyRef: { name: "a", key: "password" } } })],
    ["a placeholder", custom({ password: "$(PASSWORD)", url: "amqp://cart:${PASSWORD}@mq" })],
    ["a yes", custom({ enablePassword: true, requirePassword: "true" })],
    ["what is not known yet", custom({ host: unknown, more: [unknown] })],
    ["a Secret", objectOf("Secret", { stringData: { url } })],
    ["a schema", custom({ default: { password: "hunter2" } }, schema)],
    ["containers, for another rule", custom({ template: { spec: withUrl } })],
    ["an unknown annotation", annotated({ a: unknown, b: "harmless" })],
    ["a resource of a cloud", { type: "aws:s3/bucket:Bucket", name: "cart", props: { url } }],
  ],
  fails: [
    ["a URL", custom({ triggers: [{ host: url }] }), "URL with a password in spec.triggers.0.host"],
    ["a password", custom({ a: { db_password: "x" } }), "has the secret db_password in spec.a."],
    ["one of another resource", custom({ dbPassword: unknown }), "the secret dbPassword in spec"],
    ["values of a chart", chart({ a: { password: "x" } }), "has the secret password in values.a"],
    ["an annotation", annotated({ "a/b": url }), "has a URL with a password in the annotation a/b"],
    ["one of pods", objectOf("apps/Deployment", { spec: { template } }), "in the annotation url"],
  ],
});

it.each([
  [secretFreeObjects, map({ DB_PASSWORD: "hunter2", "a.yaml": url })],
  [secretFreeObjects, custom({ password: "hunter2", url })],
])("$name shows no value", (rule, resource) => {
  const messages = evaluate(rule, resource);
  expect(messages).toHaveLength(2);
  expect(messages.join("\n")).not.toContain("hunter2");
});
