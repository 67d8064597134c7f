import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { CliProject, type Operation } from "./harness/cli-project.ts";
import { FakeKubelet } from "./harness/fake-kubelet.ts";

let cluster: ControlPlane;
let kubelet: FakeKubelet;
let project: CliProject;
let up: Operation;

/** Its claims wait for a pod, which never comes. */
const lazy = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "lazy" },
  provisioner: "nobody.example",
  volumeBindingMode: "WaitForFirstConsumer",
};

beforeAll(async () => {
  cluster = await startControlPlane();
  cluster.kubectlWithInput(JSON.stringify(lazy), "create", "--filename=-");
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
    ["a failed Job", /broken-job[^]*exit code 3[^]*BackoffLimitExceeded/],
    ["a time limit by customTimeouts", /'crashes' timed out waiting to be Ready/],
    ["a time limit by annotation", /'unplaced' timed out waiting to be Ready/],
  ])("names the reason: %s", (_, expected) => {
    expect(said()).toMatch(expected);
  });

  it("tells while it waits what it waits for", () => {
    expect(up.statuses.join("\n")).toMatch(/0\/1 Pods available[^]*ImagePullBackOff/);
  });

  it("keeps what was created but is not ready in the state", async () => {
    expect(await project.exported()).toContain("kubernetes:apps/v1:Deployment::crashes");
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
