import { expect, test } from "vitest";
import { hardening, softSpots } from "../support/hardening.ts";
import type { Pod } from "../support/pods.ts";

function pod(): Pod {
  return {
    name: "server",
    kind: "Deployment",
    namespace: "n",
    spec: {
      serviceAccountName: "server",
      automountServiceAccountToken: false,
      priorityClassName: "batch-low",
      terminationGracePeriodSeconds: 30,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          image: "registry.test/server:1.0.0",
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          resources: {
            requests: { cpu: "1", memory: "1Gi" },
            limits: { memory: "1Gi" },
          },
          startupProbe: {},
          readinessProbe: {},
          livenessProbe: {},
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
    },
  };
}

test("a hardened pod has no soft spot", () => {
  expect(softSpots([pod()])).toEqual([]);
});

type Change = (pod: Pod) => unknown;

const softened: [keyof typeof hardening, Change][] = [
  ["runs as an unprivileged user", ({ spec }) => (spec.securityContext!.runAsUser = 0)],
  ["runs as an unprivileged user", ({ spec }) => delete spec.securityContext!.runAsNonRoot],
  [
    "runs under the default seccomp profile",
    ({ spec }) => delete spec.securityContext!.seccompProfile,
  ],
  [
    "drops all capabilities",
    ({ spec }) => delete spec.containers[0]!.securityContext!.capabilities,
  ],
  [
    "cannot gain privileges",
    ({ spec }) => delete spec.containers[0]!.securityContext!.allowPrivilegeEscalation,
  ],
  [
    "cannot gain privileges",
    ({ spec }) => (spec.containers[0]!.securityContext!.privileged = true),
  ],
  [
    "cannot write to its root",
    ({ spec }) => delete spec.containers[0]!.securityContext!.readOnlyRootFilesystem,
  ],
  ["shares no namespace with its node", ({ spec }) => (spec.hostNetwork = true)],
  [
    "mounts nothing of its node",
    ({ spec }) => spec.volumes!.push({ name: "host", hostPath: { path: "/" } }),
  ],
  ["has its own account", ({ spec }) => delete spec.serviceAccountName],
  ["has no token", ({ spec }) => delete spec.automountServiceAccountToken],
  [
    "requests CPU and memory, and is limited in memory",
    ({ spec }) => (spec.containers[0]!.resources.requests.memory = "2Gi"),
  ],
  ["has a priority", ({ spec }) => delete spec.priorityClassName],
  ["has time to stop in", ({ spec }) => (spec.terminationGracePeriodSeconds = 10)],
  [
    "uses an image with a tag that stands",
    ({ spec }) => (spec.containers[0]!.image = "registry.test:5000/server"),
  ],
  [
    "uses an image with a tag that stands",
    ({ spec }) => (spec.containers[0]!.image = "registry.test/server:latest"),
  ],
  [
    "has startup, readiness and liveness probes",
    ({ spec }) => delete spec.containers[0]!.livenessProbe,
  ],
  ["writes only where a size is set", ({ spec }) => (spec.volumes![0]!.emptyDir = {})],
];

test.each(softened)("a pod is found out that is not: %s (%s)", (rule, soften) => {
  const soft = pod();
  soften(soft);
  expect(softSpots([soft])).toEqual([`server: not "${rule}"`]);
});

test("every rule is broken by a case", () => {
  expect(new Set(softened.map(([rule]) => rule))).toEqual(new Set(Object.keys(hardening)));
});
