import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { CliProject, type Operation } from "./harness/cli-project.ts";
import { FakeKubelet } from "./harness/fake-kubelet.ts";
import { official } from "./harness/plugins.ts";

let cluster: ControlPlane;
let kubelet: FakeKubelet;
let project: CliProject;
let up: Operation;

function storageClass(name: string, volumeBindingMode: string): object {
  const metadata = { name };
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata,
    provisioner: "nobody.example",
    volumeBindingMode,
  };
}

beforeAll(async () => {
  cluster = await startControlPlane();
  for (const object of [
    storageClass("eager", "Immediate"),
    storageClass("lazy", "WaitForFirstConsumer"),
  ]) {
    cluster.kubectlWithInput(JSON.stringify(object), "create", "--filename=-");
  }
  cluster.kubectl("create", "namespace", "strict");
  cluster.kubectl("label", "namespace", "strict", "pod-security.kubernetes.io/enforce=restricted");
  cluster.kubectl("create", "configmap", "existing", "--from-literal=theirs=1");
  kubelet = new FakeKubelet(cluster);
  await kubelet.start();
  project = await new CliProject("awaiting", { TEST_KUBECONFIG: cluster.kubeconfig }).init();
  up = await project.operation("up", {}, "--continue-on-error", "--parallel=64");
});

afterAll(async () => {
  kubelet.stop();
  await cluster.stop();
  project.dispose();
});

/** All that the operation said, statuses left out. */
function said(): string {
  return up.messages.join("\n");
}

describe("waiting for what was created", () => {
  it("takes a Deployment, StatefulSet, DaemonSet, Job, Service, claim and autoscaler for done when they are", () => {
    for (const name of ["runs", "set", "daemons", "job", "service", "lazy-claim", "autoscaler"]) {
      expect(said(), name).not.toMatch(new RegExp(`["/]${name}"`));
    }
  });

  it("does not wait for what is annotated skipAwait", () => {
    expect(said()).not.toContain("unawaited");
  });

  it("fails the update if one resource did not become ready", () => {
    expect(up.code).not.toBe(0);
  });

  it.each([
    ["a crash loop", /crashes[^]*CrashLoopBackOff[^]*exit code 3/],
    ["an image that cannot be pulled", /pulls[^]*ImagePullBackOff[^]*Back-off pulling image/],
    ["no node with room", /unplaced[^]*(0\/1 nodes are available|no nodes available)/],
    ["pods that the namespace forbids", /forbidden[^]*violates PodSecurity/],
    ["a failed Job", /broken-job[^]*BackoffLimitExceeded/],
    ["a failed Pod", /broken-pod[^]*exit code 3/],
    ["a Service without pods", /nobody[^]*does not target any Pods/],
    ["a claim without a volume", /claim[^]*(no volume|not bound|Pending)/],
    ["an object that exists already", /existing[^]*already exists/],
  ])("names the reason: %s", (_, expected) => {
    expect(said()).toMatch(expected);
  });

  it.skipIf(official)("shows the last log lines of the crashed run", () => {
    expect(said()).toContain("panic: cannot open the database (previous run)");
  });

  it.skipIf(official)("respects timeouts from the annotation and from customTimeouts", () => {
    expect(said()).toContain("it was not ready after 8 s");
    expect(said()).toContain("it was not ready after 12 s");
  });

  it("tells while it waits what it waits for", () => {
    expect(up.statuses.join("\n")).toMatch(/\[1\/2\].*[^]*ImagePullBackOff/);
  });

  it("keeps what was created but is not ready in the state, and leaves the existing object alone", async () => {
    const state = await project.exported();
    expect(state).toContain(
      "deployment::crashes".replace("deployment", "kubernetes:apps/v1:Deployment"),
    );
    expect(state).not.toContain("kubernetes:core/v1:ConfigMap::existing");
    expect(cluster.kubectl("get", "configmap", "existing", "--output=jsonpath={.data}")).toBe(
      '{"theirs":"1"}',
    );
  });

  it("tells in a refresh what is not ready", async () => {
    const refresh = await project.operation("refresh");
    expect(refresh.messages.join("\n")).toContain("CrashLoopBackOff");
  });

  it("destroys all of it", async () => {
    const destroy = await project.operation("destroy");
    expect(destroy.code, destroy.messages.join("\n")).toBe(0);
    const left = () => cluster.kubectl("get", "deployments,jobs,pods", "--output=name");
    // What says that it is not to be waited for goes in its own time; everything else is gone by now.
    const awaited = left()
      .split("\n")
      .filter((name) => name !== "" && !name.includes("/unawaited"));
    expect(awaited).toEqual([]);
    await expect.poll(left, { timeout: 30_000 }).toBe("");
  });
});
