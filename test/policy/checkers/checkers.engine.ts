import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainTable } from "../../../tools/testing/tables.ts";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { goldenStacks } from "../kit/goldens.ts";
import { applyGroundwork, dryRun, isGroundwork, podsFrom } from "./admission.ts";
import { differences, kubeScore } from "./kube-score.ts";
import { manifestsOf, titleOf, type Manifest } from "./manifests.ts";

let plane: ControlPlane;
const rows: string[][] = [];
const explained = new Set<unknown>();

beforeAll(async () => {
  plane = await startControlPlane();
  // What runs in a namespace that is the cloud's own is held to it as well.
  const levels = ["enforce", "warn"].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
  plane.kubectl("label", "namespace", "kube-system", ...levels);
});

afterAll(async () => {
  await plane.stop();
  const head = ["stack", "checker", "checks", "findings", "explained"];
  console.log(plainTable({ title: "\nWhat other checkers find in our stacks", head, rows }));
});

/** A device plugin needs a folder of its node that belongs to root, so that no restricted namespace takes it. */
function isDevicePlugin({ kind, metadata: { name } }: Manifest): boolean {
  return ["DaemonSet", "Pod"].includes(kind) && name.startsWith("nvidia-device-plugin-");
}

describe.each(goldenStacks)("the stack $name", (stack) => {
  // Of kinds that only GKE's own controllers bring to a cluster there is no more than one.
  const all = manifestsOf(stack);
  const manifests = all.filter(({ apiVersion }) => !apiVersion.startsWith("cloud.google.com/"));

  it("has nothing that kube-score calls critical and the pack accepts without a reason", () => {
    const score = kubeScore(manifests);
    for (const difference of score.explained) explained.add(difference);
    const counts = [score.checks, score.unexplained.length, score.explained.length];
    rows.push([stack.name, "kube-score", ...counts.map(String)]);
    expect(score.unexplained).toEqual([]);
    expect(score.checks).toBeGreaterThan(200);
  });

  it("is taken by an API server that enforces Pod Security restricted, without a warning", () => {
    expect(all.length - manifests.length).toBeLessThanOrEqual(1);
    expect(applyGroundwork(plane, manifests)).toEqual([]);
    const rest = manifests.filter((one) => !isGroundwork(one));
    const pods = rest.flatMap(podsFrom);
    const others = [...rest, ...pods].filter((one) => !isDevicePlugin(one));
    const { taken, said } = dryRun(plane, others);
    const plugins = rest.filter(isDevicePlugin);
    const counts = [others.length, said.length, plugins.length];
    rows.push([stack.name, "API server", ...counts.map(String)]);
    expect(said).toEqual([]);
    expect(taken).toBe(others.length);
    expect(pods.length).toBeGreaterThan(5);
    for (const plugin of plugins) {
      expect(dryRun(plane, [plugin]).said.join(), titleOf(plugin)).toContain("restricted");
    }
  });
});

it("each difference is about something that a stack has", () => {
  expect(differences.filter((one) => !explained.has(one))).toEqual([]);
});

describe("what is wrong is found", () => {
  const pod = (container: object): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "open", namespace: "kube-system" },
    spec: { containers: [{ name: "main", image: "nginx", ...container }] },
  });

  it.each([
    ["a field that is spelled wrong", pod({ imagePulPolicy: "Always" }), /unknown field.*imagePul/],
    ["a pod that may be root", pod({}), /forbidden.*runAsNonRoot/],
  ])("by the API server: %s", (_, manifest, says) => {
    expect(dryRun(plane, [manifest]).said.join()).toMatch(says);
  });

  it("by kube-score: an image without a tag", () => {
    expect(kubeScore([pod({})]).unexplained.join()).toContain("container-image-tag");
  });
});
