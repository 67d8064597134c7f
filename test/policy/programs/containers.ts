import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { onCluster } from "./support/cluster.ts";
import { metadata, namespace } from "./support/namespace.ts";
import { beside, shopOf, shopWith } from "./support/shop.ts";

const requests = { cpu: "100m", memory: "256Mi" };
const limits = { cpu: "1", memory: "256Mi" };
const httpGet = { path: "/health", port: "http" };

function configMap(data: Record<string, string>, labelled: object = metadata("settings")) {
  return new k8s.core.v1.ConfigMap("settings", { metadata: labelled, data }, onCluster);
}

function secret(name: string, stringData: Record<string, pulumi.Input<string>>) {
  return new k8s.core.v1.Secret(name, { metadata: metadata(name), stringData }, onCluster);
}

export const programs = {
  "resource-requests": shopWith({ resources: { limits, requests: { cpu: "100m" } } }),
  "resource-limits": shopWith({ resources: { requests, limits: { cpu: "1" } } }),
  "cpu-limits": shopWith({ resources: { requests, limits: { memory: "256Mi" } } }),
  "resource-ratio": shopWith({
    resources: { requests: { ...requests, memory: "64Mi" }, limits: { ...limits, memory: "1Gi" } },
  }),
  "empty-dir-limits": shopOf({ volumes: [{ name: "scratch", emptyDir: {} }] }),
  probes: shopWith({ readinessProbe: undefined }),
  "startup-probe": shopWith({ startupProbe: undefined }),
  "probe-timing": shopWith({ livenessProbe: { httpGet, periodSeconds: 30, failureThreshold: 1 } }),
  "pinned-image": shopWith({
    image: "europe-west4-docker.pkg.dev/my-framewright/shop/cart:latest",
  }),
  "allowed-registries": shopWith({ image: "docker.io/someone/cart:1.4.2" }),
  "retired-images": shopWith({ image: "registry.k8s.io/ingress-nginx/controller:v1.14.1" }),
  "graceful-termination": shopWith({
    lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 60"] } } },
  }),
  "secret-environment": shopWith({ env: [{ name: "DB_PASSWORD", value: "hunter2" }] }),
  "secret-free-config-maps": beside(() =>
    configMap({ "app.yaml": "database:\n  password: hunter2\n" }),
  ),
  "secret-free-objects": beside(() => {
    const broker = { apiVersion: "example.com/v1", kind: "Broker", metadata: metadata("broker") };
    const spec = { upstream: "amqp://cart:hunter2@rabbitmq:5672" };
    new k8s.apiextensions.CustomResource("broker", { ...broker, spec }, onCluster);
  }),
  "literal-secrets": beside(() => {
    const { result } = new random.RandomPassword("made", { length: 32 });
    secret("made", { url: pulumi.interpolate`redis://:${result}@redis:6379` });
    // Refused: a password that is written beside a value that is made.
    secret("mixed", { url: result, "admin-password": "hunter2" });
    // Refused: marked as a secret, and yet in the program for everybody to read.
    secret("written", { password: pulumi.secret("hunter2") });
  }),
  "required-labels": beside(() => configMap({}, { name: "settings", namespace })),
};
