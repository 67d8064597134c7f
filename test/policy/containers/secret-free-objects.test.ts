import { describe, expect, it } from "vitest";
import { secretFreeObjects } from "../../../policy/rules/containers/secret-free-objects.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, objectOf, podSpec } from "../kit/workloads.ts";

const url = "amqp://cart:hunter2@rabbitmq:5672";

function custom(spec: object, kind = "keda.sh/ScaledObject") {
  return objectOf(kind, { spec });
}

describe("secret-free-objects", () => {
  it.each([
    [
      "a URL with a password",
      custom({ triggers: [{ metadata: { host: url } }] }),
      "has a URL with a password in spec.triggers.0.metadata.host",
    ],
    [
      "a password",
      custom({ security: { admin_password: "hunter2" } }),
      "has the secret admin_password in spec.security",
    ],
    [
      "a password that comes from another resource",
      custom({ adminPassword: unknown }),
      "has the secret adminPassword in spec",
    ],
    [
      "a chart's value",
      {
        type: "kubernetes:helm.sh/v3:Release",
        name: "redis",
        props: { chart: "redis", values: { auth: { password: "hunter2" } } },
      },
      "has the secret password in values.auth",
    ],
    [
      "an annotation",
      objectOf("Service", { spec: {} }, { annotations: { "example.com/notify": url } }),
      "has a URL with a password in the annotation example.com/notify",
    ],
    [
      "an annotation of pods",
      objectOf("apps/Deployment", {
        spec: { template: { metadata: { annotations: { url } }, spec: podSpec() } },
      }),
      "has a URL with a password in the annotation url",
    ],
  ])("refuses %s", (_, resource, says) => {
    const messages = evaluate(secretFreeObjects, resource);
    expect(messages).toEqual([expect.stringContaining(says)]);
    expect(messages[0]).toContain(". Fix: ");
    expect(messages[0]).not.toContain("hunter2");
  });

  it.each([
    ["names of Secrets", custom({ passwordSecret: "cart", adminPasswordSecretName: "cart" })],
    [
      "names of a Secret's keys",
      custom({ auth: { secretName: "cart", password: "cart.password" } }),
    ],
    ["a reference", custom({ password: { secretKeyRef: { name: "cart", key: "password" } } })],
    ["a placeholder", custom({ password: "$(PASSWORD)", url: "amqp://cart:${PASSWORD}@mq" })],
    ["a yes", custom({ enablePassword: true, requirePassword: "true" })],
    ["what nobody knows yet", custom({ host: unknown, more: [unknown] })],
    ["a Secret", objectOf("Secret", { stringData: { url } })],
    ["a ConfigMap, which has a rule of its own", objectOf("ConfigMap", { data: { url } })],
    [
      "a schema",
      custom({ default: { password: "hunter2" } }, "apiextensions.k8s.io/CustomResourceDefinition"),
    ],
    [
      "containers, which have a rule of their own",
      custom({
        template: {
          spec: podSpec({ containers: [container({ env: [{ name: "A", value: url }] })] }),
        },
      }),
    ],
    ["annotations that are unknown", deployment(podSpec())],
    [
      "an unknown annotation",
      objectOf("Service", { spec: {} }, { annotations: { a: unknown, b: "harmless" } }),
    ],
    [
      "a resource of a cloud",
      { type: "aws:s3/bucket:Bucket", name: "cart", props: { metadata: { annotations: { url } } } },
    ],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(secretFreeObjects, resource)).toEqual([]);
  });

  it("leaves alone what only sounds so, and what is exempt", () => {
    const resource = custom({ examplePassword: "ketchup" });
    expect(evaluate(secretFreeObjects, resource, { notSecret: ["example*"] })).toEqual([]);
    const exempt = [{ name: "cart", reason: "known and accepted" }];
    expect(evaluate(secretFreeObjects, resource, { exempt })).toEqual([]);
  });
});
