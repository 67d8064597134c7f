import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { endpoint, labels, type App } from "../../../services/kit/app.ts";
import { checksum } from "../../../services/kit/secrets/checksum.ts";
import { containerEnv, secret, secretEnv, type EnvFor } from "../../../services/kit/pods/env.ts";
import { egressSpec, ingressSpec } from "../../../services/kit/network/network.ts";
import { podTemplate } from "../../../services/kit/pods/pod.ts";
import { startWithin } from "../../../services/kit/pods/probes.ts";
import { serviceSpec } from "../../../services/kit/workloads/service.ts";
import { scaling } from "../../../services/kit/scaling/scaling.ts";
import { StatefulWorkload } from "../../../services/kit/workloads/stateful-workload.ts";
import { Workload } from "../../../services/kit/workloads/workload.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registered } from "../../support/under-mocks.ts";
import { probePod as pod } from "./probe-pod.ts";

const app: App = { name: "probe", namespace: "framewright-data", component: "test" };
describe("the hardened pod", () => {
  const { spec } = podTemplate(app, pod) as unknown as { spec: Record<string, unknown> };
  const [container] = spec.containers as [Record<string, unknown>];

  test("has an account of its own without a token, and one user", () => {
    expect(spec).toMatchObject({
      serviceAccountName: "probe",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
  });

  test("cannot write but to its scratch space", () => {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container.volumeMounts).toEqual([{ name: "scratch-tmp", mountPath: "/tmp" }]);
    expect(spec.volumes).toEqual([{ name: "scratch-tmp", emptyDir: { sizeLimit: "64Mi" } }]);
  });

  test("states no CPU limit where config says none", () => {
    expect(container.resources).toEqual({
      requests: { cpu: "100m", memory: "64Mi" },
      limits: { memory: "128Mi" },
    });
  });

  test("mounts secret files read-only, one by one", () => {
    const withFile = podTemplate(app, { ...pod, files: { "/etc/probe/key.pem": "text" } });
    expect(withFile).toMatchObject({
      spec: {
        containers: [
          {
            volumeMounts: [
              { mountPath: "/tmp" },
              { mountPath: "/etc/probe/key.pem", subPath: "key.pem", readOnly: true },
            ],
          },
        ],
        volumes: [
          {},
          { secret: { secretName: "probe-secrets", items: [{ key: "key.pem", path: "key.pem" }] } },
        ],
      },
    });
  });
});

describe("the environment", () => {
  interface Needed {
    readonly PORT: string;
    readonly TOKEN: string;
    readonly LEVEL?: string;
  }

  test("a missing variable does not compile, an optional one may be absent", () => {
    expectTypeOf<{ PORT: number; TOKEN: string }>().toExtend<EnvFor<Needed>>();
    expectTypeOf<{ PORT: number }>().not.toExtend<EnvFor<Needed>>();
  });

  test("plain values are text, secrets and fields are references", () => {
    const env = { PORT: 80, TOKEN: secret("s"), POD: { field: "metadata.name" } };
    expect(containerEnv(env, { known: "probe-secrets", stored: "probe-stored" })).toEqual([
      { name: "PORT", value: "80" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "probe-secrets", key: "TOKEN" } } },
      { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ]);
    expect(secretEnv(env)).toEqual({ TOKEN: "s" });
  });
});

describe("an edge", () => {
  const other: App = { name: "store", namespace: "framewright-api", component: "test" };
  const edge = { from: app, to: endpoint(other, 7070) };
  const peer = (namespace: string, name: string) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
  });

  test("opens the way out to exactly that port of that app", () => {
    expect(egressSpec(edge)).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "probe" } },
      policyTypes: ["Egress"],
      egress: [
        { to: [peer("framewright-api", "store")], ports: [{ protocol: "TCP", port: 7070 }] },
      ],
    });
  });

  test("opens the way in for exactly that app", () => {
    expect(ingressSpec(edge)).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "store" } },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [peer("framewright-data", "probe")], ports: [{ protocol: "TCP", port: 7070 }] },
      ],
    });
  });
});

describe("a workload", () => {
  let autoscaled: Registration[];
  let changed: Registration[];
  beforeAll(async () => {
    const deploy = (value: string) => () =>
      new Workload(
        "w",
        {
          app,
          pod: { ...pod, env: { TOKEN: secret(value) } },
          replicas: { min: 1, max: 4 },
          scaling: scaling.api,
        },
        {},
      );
    autoscaled = await registered(deploy("one"));
    changed = await registered(deploy("two"));
  });

  test("that is autoscaled states no replicas, and has a budget and a spread", () => {
    expect(leaves(autoscaled)).toEqual([
      "Deployment w-deployment",
      "HorizontalPodAutoscaler w-autoscaler",
      "PodDisruptionBudget w-budget",
      "Secret w-secrets",
      "ServiceAccount w-account",
    ]);
    expect(inputsOf(autoscaled, "w-deployment").spec).not.toHaveProperty("replicas");
  });

  test("rolls when a secret changes, and shows a digest only", () => {
    const checksums = [autoscaled, changed].map((resources) => {
      const { spec } = inputsOf(resources, "w-deployment") as {
        spec: { template: { metadata: { annotations: Record<string, string> } } };
      };
      return spec.template.metadata.annotations["framewright.dev/secrets-checksum"];
    });
    expect(new Set(checksums).size).toBe(2);
    expect(checksums[0]).toMatch(/^[0-9a-f]{16}$/);
  });
});

test("a replicated stateful workload has a budget too, and its members find each other unready", async () => {
  const resources = await registered(
    () =>
      new StatefulWorkload(
        "s",
        {
          app,
          cluster: { storageClass: "fast", retainVolumes: true },
          pod: { ...pod, ports: { http: 80 }, dataDirectory: "/data" },
          replicas: 3,
          storage: "1Gi",
        },
        {},
      ),
  );
  expect(leaves(resources)).toEqual([
    "PodDisruptionBudget s-budget",
    "Service s-nodes",
    "Service s-service",
    "ServiceAccount s-account",
    "StatefulSet s-set",
  ]);
  expect(inputsOf(resources, "s-nodes")).toMatchObject({
    metadata: { name: "probe-nodes" },
    spec: { clusterIP: "None", publishNotReadyAddresses: true },
  });
  expect(inputsOf(resources, "s-set")).toMatchObject({
    spec: { serviceName: "probe-nodes", podManagementPolicy: "Parallel" },
  });
});

test("a checksum does not depend on the order of keys", () => {
  expect(checksum({ a: "1", b: "2" })).toBe(checksum({ b: "2", a: "1" }));
  expect(checksum({ a: "1" })).not.toBe(checksum({ a: "2" }));
});

test("a Service with node ports is a NodePort, and one without is not", () => {
  expect(serviceSpec(app, { http: 80 }).type).toBe("ClusterIP");
  expect(serviceSpec(app, { http: 80 }, { http: 30080 })).toMatchObject({
    type: "NodePort",
    ports: [{ name: "http", port: 80, targetPort: "http", nodePort: 30080 }],
  });
});

test("all labels of the Kubernetes convention are there", () => {
  expect(labels(app)).toEqual({
    "app.kubernetes.io/name": "probe",
    "app.kubernetes.io/component": "test",
    "app.kubernetes.io/part-of": "framewright",
    "app.kubernetes.io/managed-by": "pulumi",
  });
});

test("a start is tried every two seconds for as long as it may take", () => {
  expect(startWithin(121)).toEqual({ periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 61 });
});

test("an endpoint's host is fully qualified", () => {
  expect(endpoint(app, 80, "other").host).toBe("other.framewright-data.svc.cluster.local");
});
