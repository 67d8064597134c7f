import { spawn, type ChildProcess } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listRights } from "../../services/monitoring/objects.ts";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";
import { accessAs } from "../support/control-plane/access.ts";
import { freePort } from "../support/closed-network.ts";

/** The program against a real Kubernetes API, with the rights that its component gives it and no others. */
const namespace = "framewright-api";

let plane: ControlPlane;
let program: ChildProcess;
let metricsUrl: string;

const account = { kind: "ServiceAccount", name: "objects", namespace };
const place = { name: "objects", namespace };
const group = "rbac.authorization.k8s.io";
const labels = { app: "api" };
const template = { metadata: { labels }, spec: { containers: [{ name: "api", image: "api:1" }] } };

const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: place },
  { apiVersion: `${group}/v1`, kind: "Role", metadata: place, rules: listRights },
  {
    apiVersion: `${group}/v1`,
    kind: "RoleBinding",
    metadata: place,
    roleRef: { apiGroup: group, kind: "Role", name: "objects" },
    subjects: [account],
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "api", namespace },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "backup", namespace },
    spec: {
      schedule: "0 2 * * *",
      jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: "Never" } } } },
    },
  },
];

async function metrics(): Promise<string> {
  const response = await fetch(metricsUrl);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}: ${text}`);
  return text;
}

beforeAll(async () => {
  plane = await startControlPlane();
  for (const object of objects) plane.kubectlWithInput(JSON.stringify(object), "apply", "-f", "-");
  const port = await freePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  program = spawn(process.execPath, ["objects/main.ts"], {
    stdio: "inherit",
    env: {
      METRICS_PORT: String(port),
      NAMESPACES: namespace,
      ...accessAs(plane, { namespace, name: "objects" }),
      LOG_LEVEL: "warn",
    },
  });
});

afterAll(async () => {
  program.kill("SIGKILL");
  await plane.stop();
});

test("it tells of what the Kubernetes API has, with its own token alone", async () => {
  await expect
    .poll(metrics, { timeout: 20_000 })
    .toContain(
      `kube_deployment_status_replicas_unavailable{namespace="${namespace}",deployment="api"} 3`,
    );
  const text = await metrics();
  expect(text).toContain(`kube_cronjob_spec_suspend{namespace="${namespace}",cronjob="backup"} 0`);
  expect(text.match(/^kube_pod_status_phase\{.*phase="Pending"\} 1$/gm)).toHaveLength(3);
});

test("a container that restarts is seen in the next scrape", async () => {
  const [pod = ""] = plane.kubectl("-n", namespace, "get", "pods", "-o", "name").split("\n");
  const status = {
    name: "api",
    image: "api:1",
    imageID: "",
    ready: false,
    restartCount: 7,
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: {},
  };
  const patch = JSON.stringify({ status: { phase: "Running", containerStatuses: [status] } });
  plane.kubectl("-n", namespace, "patch", pod, "--subresource=status", "--type=merge", "-p", patch);
  const text = await metrics();
  expect(text).toMatch(/^kube_pod_container_status_restarts_total\{.*container="api"\} 7$/m);
  expect(text).toMatch(/waiting_reason\{.*reason="CrashLoopBackOff"\} 1$/m);
});

test("its account may read nothing else", () => {
  const as = ["--as", `system:serviceaccount:${namespace}:objects`, "-n", namespace];
  const may = (...args: string[]): string => {
    try {
      return plane.kubectl("auth", "can-i", ...args, ...as).trim();
    } catch {
      return "no"; // kubectl ends with 1 then
    }
  };
  expect(may("list", "pods")).toBe("yes");
  expect(may("list", "secrets")).toBe("no");
  expect(may("get", "configmaps")).toBe("no");
  expect(may("delete", "pods")).toBe("no");
});
