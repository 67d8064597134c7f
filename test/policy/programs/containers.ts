import { unknown } from "../kit/evaluate.ts";
import { containerWith, objectOf, podWith } from "../kit/workloads.ts";
import { beside, shop, type Programs } from "./program.ts";

const requests = { cpu: "100m", memory: "256Mi" };
const limits = { cpu: "1", memory: "256Mi" };
const probe = { httpGet: { path: "/health", port: "http" }, periodSeconds: 30 };
const image = "europe-west4-docker.pkg.dev/my-framewright/shop/cart:latest";
const stranger = "docker.io/someone/cart:1.4.2";

const shopWith = (changes: object) => shop(containerWith({ ...changes }));
const configMap = (data: object, metadata: object = {}) =>
  beside(objectOf("ConfigMap", { data }, { name: "settings", ...metadata }));
const secret = (name: string, stringData: object) => objectOf("Secret", { stringData }, { name });

export const programs: Programs = {
  resources: shopWith({ resources: { limits, requests: { cpu: "100m" } } }),
  "cpu-limits": shopWith({ resources: { requests, limits: { memory: "256Mi" } } }),
  "resource-ratio": shopWith({ resources: { requests, limits: { ...limits, memory: "4Gi" } } }),
  "empty-dir-limits": shop(podWith({ volumes: [{ name: "scratch", emptyDir: {} }] })),
  probes: shopWith({ readinessProbe: undefined }),
  "startup-probe": shopWith({ startupProbe: undefined }),
  "probe-timing": shopWith({ livenessProbe: { ...probe, failureThreshold: 1 } }),
  "pinned-image": shopWith({ image }),
  "allowed-registries": shopWith({ image: stranger }),
  "graceful-termination": shopWith({ lifecycle: { preStop: { sleep: { seconds: 60 } } } }),
  "secret-environment": shopWith({ env: [{ name: "DB_PASSWORD", value: "hunter2" }] }),
  "secret-free-objects": beside(
    objectOf("example.com/Broker", { spec: { upstream: "amqp://cart:hunter2@rabbitmq:5672" } }),
  ),
  "literal-secrets": beside(
    secret("made", { url: unknown }),
    // Refused: a password that is written beside a value that is made.
    secret("mixed", { url: unknown, "admin-password": "hunter2" }),
    secret("written", { password: "hunter2" }),
  ),
  "required-labels": configMap({}, { labels: {} }),
};
