import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { goldenStacks } from "../../policy/kit/goldens.ts";
import { applyGroundwork, dryRun, isGroundwork, podsFrom } from "./dry-run.ts";
import { manifestsOf, titleOf, type Manifest } from "./manifests.ts";

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  // What runs in a namespace that is the cloud's own is held to it as well.
  const levels = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  plane.kubectl("label", "namespace", "kube-system", ...levels);
});

afterAll(async () => {
  await plane.stop();
});

/** A device plugin needs a folder of its node that belongs to root, so that no restricted namespace takes it. */
function isDevicePlugin({ kind, metadata: { name } }: Manifest): boolean {
  return ["DaemonSet", "Pod"].includes(kind) && name.startsWith("nvidia-device-plugin-");
}

describe.each(goldenStacks)("the stack $name", (stack) => {
  it("is taken by an API server that enforces Pod Security restricted, without a warning", () => {
    // Of kinds that only GKE's own controllers bring to a cluster there is no more than one.
    const all = manifestsOf(stack);
    const manifests = all.filter(({ apiVersion }) => !apiVersion.startsWith("cloud.google.com/"));
    expect(all.length - manifests.length).toBeLessThanOrEqual(1);
    expect(applyGroundwork(plane, manifests)).toEqual([]);
    const rest = manifests.filter((one) => !isGroundwork(one));
    const pods = rest.flatMap(podsFrom);
    const others = [...rest, ...pods].filter((one) => !isDevicePlugin(one));
    const { taken, said } = dryRun(plane, others);
    expect(said).toEqual([]);
    expect(taken).toBe(others.length);
    expect(pods.length).toBeGreaterThan(5);
    for (const plugin of rest.filter(isDevicePlugin)) {
      expect(dryRun(plane, [plugin]).said.join(), titleOf(plugin)).toContain("restricted");
    }
  });
});

describe("what is wrong is refused", () => {
  const pod = (container: object): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "open", namespace: "kube-system" },
    spec: { containers: [{ name: "main", image: "nginx", ...container }] },
  });

  it.each([
    ["a field that is spelled wrong", pod({ imagePulPolicy: "Always" }), /unknown field.*imagePul/],
    ["a pod that may be root", pod({}), /forbidden.*runAsNonRoot/],
  ])("%s", (_, manifest, says) => {
    expect(dryRun(plane, [manifest]).said.join()).toMatch(says);
  });
});
