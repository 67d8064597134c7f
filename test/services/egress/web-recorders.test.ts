import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { loadEgressEnv } from "../../../egress/env.ts";
import { provisionCluster } from "../../../infra/index.ts";
import { rules } from "../../../policy/rules.ts";
import { WebRecorders } from "../../../services/egress/web-recorders.ts";
import { chromiumProfile } from "../../../services/egress/seccomp-profile-spec.ts";
import { platformGrowth } from "../../../services/index.ts";
import { endpoint } from "../../../services/kit/app.ts";
import { seccompProfiles } from "../../../tools/node/components.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registered, testConfig } from "../../support/under-mocks.ts";

const egress = { enabled: true, web: { enabled: true } };
const config = { ...testConfig({ egress }), userNamespaces: "on" as const };

/** With the namespaces that they are in; on a cluster whose nodes lack the profile, or have it. */
function recorders(seccompFolder?: string): Promise<Registration[]> {
  return registered(() => {
    const { image, userNamespaces, provider } = provisionCluster(config, platformGrowth);
    const { logLevel, egress: section } = config;
    const api = { name: "api", namespace: "framewright-api", component: "api" };
    const proxy = {
      name: "egress-proxy",
      namespace: "framewright-workers",
      component: "egress-proxy",
    };
    new WebRecorders(
      "web-recorder",
      {
        cluster: { image, userNamespaces, ...(seccompFolder !== undefined && { seccompFolder }) },
        api: { endpoint: endpoint(api, 9002), adminSecret: pulumi.secret("the admin secret") },
        mediaStore: backends().mediaStore,
        proxy: endpoint(proxy, 3128),
        ...{ section, logLevel },
      },
      { provider },
    );
  });
}

const folder = "/var/lib/kubelet/seccomp";
let resources: Registration[];
let elsewhere: Registration[];
beforeAll(async () => {
  resources = await recorders();
  elsewhere = await recorders(folder);
});

const own = (all: Registration[]) => leaves(all).filter((name) => name.includes(" web-recorder"));

test("recorders of pages are exactly these resources, six of them by seed 003", () => {
  expect(own(resources)).toEqual([
    "Deployment web-recorder-pods-deployment",
    "NetworkPolicy web-recorder-to-api-egress",
    "NetworkPolicy web-recorder-to-api-ingress",
    "NetworkPolicy web-recorder-to-object-store-egress",
    "NetworkPolicy web-recorder-to-object-store-ingress",
    "NetworkPolicy web-recorder-to-proxy-egress",
    "NetworkPolicy web-recorder-to-proxy-ingress",
    "PodDisruptionBudget web-recorder-pods-budget",
    "Secret web-recorder-pods-secrets",
    "ServiceAccount web-recorder-pods-account",
  ]);
  expect(inputsOf(resources, "web-recorder-pods-deployment")).toMatchObject({
    spec: { replicas: 6 },
  });
});

interface Container {
  readonly env: readonly { name: string; value?: string }[];
  readonly resources: object;
  readonly securityContext: object;
}
interface PodSpec {
  readonly securityContext: object;
  readonly containers: readonly [Container];
  readonly volumes: readonly object[];
}

const podOf = (all: Registration[], name: string): PodSpec =>
  (inputsOf(all, name) as { spec: { template: { spec: PodSpec } } }).spec.template.spec;

test("a browser has a sandbox of its own: the node's profile, and nothing more of root", () => {
  const { securityContext, containers, volumes } = podOf(resources, "web-recorder-pods-deployment");
  expect(securityContext).toMatchObject({
    ...{ runAsNonRoot: true, runAsUser: 10001 },
    seccompProfile: { type: "Localhost", localhostProfile: chromiumProfile },
  });
  const [container] = containers;
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(container.resources).toEqual({
    requests: { cpu: "2", memory: "2Gi", "ephemeral-storage": "8192Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  });
  expect(volumes).toContainEqual({
    name: "memory-dev-shm",
    emptyDir: { medium: "Memory", sizeLimit: "512Mi" },
  });
});

test("a recorder of pages takes its environment: one page at a time, by the proxy", () => {
  const [{ env }] = podOf(resources, "web-recorder-pods-deployment").containers;
  const read = loadEgressEnv(
    Object.fromEntries(env.map(({ name, value }) => [name, value ?? "from the pod"])),
  );
  expect(read).toMatchObject({
    ...{ podWorkers: 1, sourceKinds: ["web"] },
    policy: { proxy: "http://egress-proxy.framewright-workers.svc.cluster.local:3128" },
    calibration: { seconds: 8, mostOffsetMs: 80, mostSpreadMs: 40, leastPicturesPercent: 95 },
  });
});

test("it reaches the API, the store and the proxy, and nothing outside", () => {
  const { pods, clients } = edgesOf(resources);
  const edges = pods.filter(({ from }) => from.endsWith("/web-recorder"));
  expect(edges.map(({ to, port }) => [to, port])).toEqual([
    ["framewright-api/api", 9002],
    ["framewright-data/object-store", 7070],
    ["framewright-workers/egress-proxy", 3128],
  ]);
  expect(clients).toEqual([]);
});

test("where nodes are not ours, something puts the profile on them", () => {
  expect(leaves(resources).join()).not.toContain("DaemonSet");
  const { containers, volumes, securityContext } = podOf(elsewhere, "web-recorder-seccomp-set");
  expect(volumes).toEqual([
    { name: "profiles", hostPath: { path: folder, type: "DirectoryOrCreate" } },
  ]);
  expect(securityContext).toMatchObject({ seccompProfile: { type: "RuntimeDefault" } });
  expect(containers[0].securityContext).toMatchObject({ capabilities: { drop: ["ALL"] } });
});

test("the embedded node has the profile that the pods name", () => {
  expect(Object.keys(seccompProfiles)).toEqual([chromiumProfile]);
});

interface Call {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[];
}
const seccomp = JSON.parse(readFileSync("images/web-recorder/seccomp.json", "utf8")) as {
  defaultAction: string;
  syscalls: readonly Call[];
};

test("the profile refuses what it does not name, and what only root may", () => {
  expect(seccomp.defaultAction).toBe("SCMP_ACT_ERRNO");
  const allowed = new Set(
    seccomp.syscalls.flatMap(({ names, action }) => (action === "SCMP_ACT_ALLOW" ? names : [])),
  );
  for (const name of ["clone", "unshare", "setns", "chroot"]) expect(allowed).toContain(name);
  const refused = [
    "bpf",
    "mount",
    "umount2",
    "pivot_root",
    "ptrace_x",
    "init_module",
    "kexec_load",
  ];
  for (const name of [
    ...refused,
    "clone3",
    "perf_event_open",
    "add_key",
    "keyctl",
    "userfaultfd",
  ]) {
    expect(allowed).not.toContain(name);
  }
});

/** What a Secret is made from is seen by the real engine alone; images of tests have made-up names. */
const ofOthers = ["literal-secrets", "pinned-image", "allowed-registries"];

test.each(["baseline", "strict"] as const)(
  "all of it keeps every rule of the policy pack, in the profile %s",
  (name) => {
    const settings = profile(name);
    const plain = elsewhere.map(({ type, name: resource, inputs }) => ({
      ...{ type, name: resource, props: inputs },
    }));
    const problems = rules
      .filter((rule) => !ofOthers.includes(rule.name))
      .filter((rule) => settings[rule.name]?.["enforcementLevel"] !== "disabled")
      .flatMap((rule) => evaluateStack(rule, plain, { config: settings[rule.name] ?? {} }))
      .filter((problem) => /\/(?:web-recorder|seccomp-profile)/.test(problem));
    expect(problems).toEqual([]);
  },
);
