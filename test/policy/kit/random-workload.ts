import fc from "fast-check";
import type { TestResource } from "./evaluate.ts";
import { kindsWithPods, namespace, objectOf, podSpec } from "./workloads.ts";

export type Fields = Record<string, unknown>;

export interface RandomContainer extends Fields {
  name: string;
  securityContext: Fields;
  resources: { requests: Fields; limits: Fields };
  ports: Fields[];
  env: Fields[];
}

/** How a container runs, as messages call it. */
export type Role = "container" | "sidecar" | "init container" | "ephemeral container";

/** A pod spec that every rule accepts; a break changes it in place. */
export interface RandomSpec extends Fields {
  containers: RandomContainer[];
  initContainers: RandomContainer[];
  ephemeralContainers: RandomContainer[];
  securityContext: Fields;
  volumes: Fields[];
}

export interface RandomWorkload {
  readonly kind: string;
  readonly spec: RandomSpec;
  readonly hasGpu: boolean;
}

const image = fc
  .record({
    repository: fc.constantFrom("registry.k8s.io/shop/cart", "nvcr.io/nvidia/media"),
    tag: fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join(".")),
    digest: fc.option(
      fc.string({ unit: fc.constantFrom("0", "1", "7", "a", "f"), minLength: 64, maxLength: 64 }),
    ),
  })
  .map(({ repository, tag, digest }) =>
    [`${repository}:${tag}`, ...(digest === null ? [] : [`sha256:${digest}`])].join("@"),
  );

const resources = fc
  .record({ mebibytes: fc.integer({ min: 16, max: 2048 }), ratio: fc.integer({ min: 1, max: 4 }) })
  .map(({ mebibytes, ratio }) => ({
    requests: { cpu: `${mebibytes}m`, memory: `${mebibytes}Mi` },
    limits: { cpu: `${mebibytes * ratio}m`, memory: `${mebibytes * ratio}Mi` },
  }));

const how = fc.constantFrom<Fields>(
  { httpGet: { path: "/health", port: "http" } },
  { tcpSocket: { port: 8080 } },
  { exec: { command: ["/bin/check"] } },
  { grpc: { port: 9000 } },
);
function probe(failureThreshold: number, least: number) {
  return fc
    .record({ how, periodSeconds: fc.integer({ min: least, max: least + 5 }) })
    .map((one) => ({
      ...one.how,
      periodSeconds: one.periodSeconds,
      timeoutSeconds: 5,
      failureThreshold,
    }));
}
/** Readiness gives up before liveness does. */
const probes = fc.record({
  readinessProbe: probe(2, 5),
  livenessProbe: probe(3, 10),
  startupProbe: probe(10, 5),
});

const env = fc.subarray<Fields>([
  { name: "LOG_LEVEL", value: "info" },
  { name: "DATABASE_HOST", value: "postgres.data.svc" },
  { name: "DATABASE_PASSWORD", valueFrom: { secretKeyRef: { name: "cart", key: "password" } } },
]);

const locked = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};
/** What a pod says for its containers, and a container may say again. */
const shared = {
  runAsNonRoot: fc.constant(true),
  runAsUser: fc.integer({ min: 10000, max: 60000 }),
  runAsGroup: fc.integer({ min: 10000, max: 60000 }),
  seccompProfile: fc.constantFrom<Fields>(
    { type: "RuntimeDefault" },
    { type: "Localhost", localhostProfile: "cart.json" },
  ),
};
const harmless = {
  privileged: fc.constant(false),
  procMount: fc.constant("Default"),
  seLinuxOptions: fc.constant({ level: "s0:c1,c2" }),
  appArmorProfile: fc.constant({ type: "RuntimeDefault" }),
};

function securityContext(saysAll: boolean): fc.Arbitrary<Fields> {
  const requiredKeys = saysAll
    ? (["runAsNonRoot", "runAsUser", "runAsGroup", "seccompProfile"] as const)
    : [];
  return fc
    .record({ ...shared, ...harmless }, { requiredKeys: [...requiredKeys] })
    .map((context) => ({ ...context, ...locked, capabilities: { drop: ["ALL"] } }));
}

/** Containers of one role: `first`, `second`. */
function containers(
  prefix: string,
  bounds: { minLength: number; maxLength: number },
  fields: fc.Arbitrary<Fields>,
  saysAll: boolean,
): fc.Arbitrary<RandomContainer[]> {
  const one = fc
    .record({
      image,
      resources,
      env,
      securityContext: securityContext(saysAll),
      ports: fc.subarray<Fields>([{ containerPort: 8080 }, { containerPort: 9090 }]),
      fields,
    })
    .map(({ fields: more, ...own }) => ({ ...own, ...more }));
  return fc
    .array(one, bounds)
    .map((all) => all.map((fieldsOf, i) => ({ name: `${prefix}-${i}`, ...fieldsOf })))
    .map((all) => structuredClone(all));
}

const volumes = fc
  .subarray<Fields>([
    { configMap: { name: "cart" } },
    { secret: { secretName: "cart" } },
    { persistentVolumeClaim: { claimName: "cart" } },
    { projected: { sources: [{ configMap: { name: "cart" } }, { downwardAPI: {} }] } },
  ])
  .map((more) => [{ emptyDir: { sizeLimit: "64Mi" } }, ...more])
  .map((all) => structuredClone(all.map((one, i) => ({ name: `volume-${i}`, ...one }))));

const selector = { matchLabels: { "app.kubernetes.io/name": "cart" } };

/** Over nodes and zones. */
const topologySpreadConstraints = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(
  (topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: selector,
  }),
);

function withGpu(spec: RandomSpec): void {
  spec["priorityClassName"] = "system-node-critical";
  spec["tolerations"] = [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }];
  spec["nodeSelector"] = { "framewright.dev/gpu": "t4" };
  spec.containers[0]!.resources.limits["nvidia.com/gpu"] = 1;
}

const none = fc.constant<Fields>({});

function spec(saysAll: boolean): fc.Arbitrary<RandomSpec> {
  const sidecars = containers(
    "side",
    { minLength: 0, maxLength: 1 },
    probes.map((all) => ({ ...all, restartPolicy: "Always" })),
    saysAll,
  );
  return fc
    .record({
      containers: containers("main", { minLength: 1, maxLength: 3 }, probes, saysAll),
      first: containers("init", { minLength: 0, maxLength: 2 }, none, saysAll),
      sidecars,
      ephemeralContainers: containers("debug", { minLength: 0, maxLength: 1 }, none, saysAll),
      volumes,
      terminationGracePeriodSeconds: fc.integer({ min: 15, max: 120 }),
      securityContext: saysAll ? none : fc.record(shared),
    })
    .map(({ first, sidecars: beside, ...own }) => ({
      ...podSpec({ topologySpreadConstraints }),
      ...own,
      securityContext: { ...own.securityContext },
      initContainers: [...first, ...beside],
    }));
}

/** A workload of any kind that has pods, with containers of all roles, which every rule accepts. */
export const randomWorkload: fc.Arbitrary<RandomWorkload> = fc
  .record({
    kind: fc.constantFrom(...Object.keys(kindsWithPods)),
    spec: fc.boolean().chain(spec),
    hasGpu: fc.boolean(),
  })
  .map(({ kind, spec: drawn, hasGpu }) => {
    const own = structuredClone(drawn);
    if (hasGpu) withGpu(own);
    return { kind, spec: own, hasGpu };
  });

/** Its containers with their roles. */
export function containersIn({
  spec: { containers: main, initContainers, ephemeralContainers },
}: RandomWorkload) {
  const withRole = (role: Role) => (container: RandomContainer) => ({ role, container });
  return [
    ...initContainers.map((container) =>
      withRole(container["restartPolicy"] === "Always" ? "sidecar" : "init container")(container),
    ),
    ...main.map(withRole("container")),
    ...ephemeralContainers.map(withRole("ephemeral container")),
  ];
}

export function resourceOf({ kind, spec: own }: RandomWorkload): TestResource {
  return kindsWithPods[kind]!(own);
}

/** What a workload needs around it in its namespace. */
export const surroundings: readonly TestResource[] = [
  objectOf(
    "Namespace",
    {},
    {
      name: namespace,
      namespace: undefined,
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    },
  ),
  objectOf("networking.k8s.io/NetworkPolicy", {
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  }),
  objectOf("LimitRange", {
    spec: {
      limits: [
        {
          type: "Container",
          default: { cpu: "1", memory: "512Mi" },
          defaultRequest: { cpu: "100m", memory: "256Mi" },
        },
      ],
    },
  }),
  objectOf("ResourceQuota", {
    spec: {
      hard: {
        pods: "20",
        "requests.cpu": "8",
        "requests.memory": "16Gi",
        "limits.cpu": "16",
        "limits.memory": "32Gi",
        "services.loadbalancers": "0",
        "requests.nvidia.com/gpu": "4",
      },
    },
  }),
  objectOf("ServiceAccount", { automountServiceAccountToken: false }),
  objectOf("policy/PodDisruptionBudget", {
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector },
  }),
];
