import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** "first" or "second": what the test changes between two updates. */
const second = process.env["PHASE"] === "second";
const kubeconfig = process.env["TEST_KUBECONFIG"] ?? "";
/** Stands for a cluster that the same program creates. */
const later = new random.RandomId("later", { byteLength: 1 });
const provider = new k8s.Provider("provider", {
  kubeconfig: process.env["UNKNOWN"] === "true" ? later.hex.apply(() => kubeconfig) : kubeconfig,
  clusterIdentifier: "test",
  enablePatchForce: true,
});

const namespace = new k8s.core.v1.Namespace(
  "namespace",
  { metadata: { name: "lifecycle" } },
  { provider },
);
const opts = { provider, dependsOn: [namespace] };
const inside = { namespace: "lifecycle" };

const password = new random.RandomPassword("password", { length: 32 });
const identifier = new random.RandomId("identifier", {
  byteLength: 4,
  keepers: { second: String(second) },
});

const secret = new k8s.core.v1.Secret(
  "secret",
  {
    metadata: inside,
    stringData: {
      password: password.result,
      url: pulumi.interpolate`redis://:${password.result}@redis`,
    },
  },
  opts,
);

new k8s.core.v1.ConfigMap(
  "fixed",
  { metadata: { ...inside, name: "fixed" }, data: { value: second ? "2" : "1" } },
  opts,
);
const named = new k8s.core.v1.ConfigMap(
  "named",
  { metadata: inside, data: { value: second ? "2" : "1", secret: secret.metadata.name } },
  opts,
);

const labels = { app: "idle" };
new k8s.apps.v1.Deployment(
  "deployment",
  {
    metadata: { ...inside, name: "idle", labels, annotations: { note: second ? "two" : "one" } },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "idle",
              image: "example.invalid/idle:1",
              env: [{ name: "PASSWORD", value: password.result }],
              resources: { requests: { cpu: "1000m", memory: "0.5Gi" } },
            },
          ],
        },
      },
    },
  },
  opts,
);

new k8s.core.v1.Service(
  "service",
  {
    metadata: { ...inside, name: "idle" },
    spec: { clusterIP: "None", selector: labels, ports: [{ port: 80 }] },
  },
  opts,
);

const definition = new k8s.apiextensions.v1.CustomResourceDefinition(
  "definition",
  {
    metadata: { name: "widgets.test.example" },
    spec: {
      group: "test.example",
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true },
          },
        },
      ],
    },
  },
  { provider },
);

new k8s.apiextensions.CustomResource(
  "widget",
  {
    apiVersion: "test.example/v1",
    kind: "Widget",
    metadata: { ...inside, name: "widget" },
    spec: { size: second ? 2 : 1 },
  },
  { ...opts, dependsOn: [namespace, definition] },
);

new k8s.core.v1.ConfigMapPatch(
  "patch",
  { metadata: { namespace: "default", name: "patched" }, data: { ours: second ? "2" : "1" } },
  { provider },
);

export const configMapName = named.metadata.name;
export const secretName = secret.metadata.name;
export const passwordValue = password.result;
export const bcrypt = password.bcryptHash;
export const hex = identifier.hex;
