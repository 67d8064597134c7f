import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainTable } from "../../../tools/testing/tables.ts";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { goldenStacks } from "../kit/goldens.ts";
import { dryRun, isGroundwork, layGroundwork, podsFrom } from "./admission.ts";
import { differenceOf, differences } from "./differences.ts";
import { kubeconform } from "./kubeconform.ts";
import { kubeScore } from "./kube-score.ts";
import { isOfCloud, manifestsOf, titleOf, type Manifest } from "./manifests.ts";
import { writeSchemas, type OpenApi } from "./schemas.ts";

let plane: ControlPlane;
let schemas: string;
const folder = mkdtempSync(join(tmpdir(), "framewright-judges-"));
const rows: string[][] = [];
const explained = new Set<unknown>();

/** Also for what runs in a namespace that is the cloud's own. */
const restricted = [
  "pod-security.kubernetes.io/enforce=restricted",
  "pod-security.kubernetes.io/warn=restricted",
];

beforeAll(async () => {
  plane = await startControlPlane();
  const api = JSON.parse(plane.kubectl("get", "--raw", "/openapi/v2")) as OpenApi;
  schemas = writeSchemas(folder, api);
  plane.kubectl("label", "namespace", "kube-system", ...restricted);
});

afterAll(async () => {
  await plane.stop();
  rmSync(folder, { recursive: true, force: true });
  const head = ["stack", "judge", "judged", "findings", "explained"];
  console.log(plainTable({ title: "\nWhat other judges find in our stacks", head, rows }));
});

function note(stack: string, judge: string, judged: number, ...counts: readonly number[]): void {
  rows.push([stack, judge, judged.toString(), ...counts.map(String)]);
}

/** The kubelet's sockets are root's, in a folder of the node: what makes GPUs known can't be restricted. */
function isDevicePlugin({ kind, metadata: { name } }: Manifest): boolean {
  return ["DaemonSet", "Pod"].includes(kind) && name.startsWith("nvidia-device-plugin-");
}

describe.each(goldenStacks)("the stack $name", (stack) => {
  const all = manifestsOf(stack);
  const manifests = all.filter((manifest) => !isOfCloud(manifest));

  it("is valid by the schemas of Kubernetes, fields that they don't have included", () => {
    const { valid, problems } = kubeconform(manifests, schemas);
    note(stack.name, "kubeconform", valid, problems.length, 0);
    expect(problems).toEqual([]);
    expect(valid).toBe(manifests.length);
    expect(all.length - manifests.length).toBeLessThanOrEqual(1);
  });

  it("has nothing that kube-score calls critical and the pack lets pass without a reason", () => {
    const { checks, criticals } = kubeScore(manifests);
    const unexplained = criticals.filter((one) => {
      const difference = differenceOf(one);
      explained.add(difference);
      return difference === undefined;
    });
    const count = unexplained.length;
    note(stack.name, "kube-score", checks, count, criticals.length - count);
    expect(unexplained).toEqual([]);
    expect(checks).toBeGreaterThan(200);
  });

  it("is taken by an API server that enforces Pod Security restricted, without a warning", () => {
    expect(layGroundwork(plane, manifests).said).toEqual([]);
    const rest = manifests.filter((one) => !isGroundwork(one));
    const pods = rest.flatMap(podsFrom);
    const judged = [...rest, ...pods].filter((one) => !isDevicePlugin(one));
    const { taken, said } = dryRun(plane, judged);
    const plugins = rest.filter(isDevicePlugin);
    note(stack.name, "API server", judged.length, said.length, plugins.length);
    expect(said).toEqual([]);
    expect(taken).toBe(judged.length);
    expect(pods.length).toBeGreaterThan(5);
    for (const plugin of plugins) {
      expect(dryRun(plane, [plugin]).said.join(), titleOf(plugin)).toContain("restricted");
    }
  });
});

it("each difference of opinion is about something that a stack has", () => {
  const idle = differences.filter((one) => !explained.has(one));
  expect(idle).toEqual([]);
});

describe("the judges see what is wrong", () => {
  const manifest = (container: object): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "open", namespace: "kube-system" },
    spec: { containers: [{ name: "main", image: "nginx", ...container }] },
  });

  it("kubeconform: a field that is spelled wrong", () => {
    const misspelled = manifest({ imagePulPolicy: "Always" });
    expect(kubeconform([misspelled], schemas).problems.join()).toContain("imagePulPolicy");
  });

  it("kube-score: an image without a tag", () => {
    const { criticals } = kubeScore([manifest({})]);
    expect(criticals.map(({ check }) => check)).toContain("container-image-tag");
  });

  it("the API server: a pod that may be root", () => {
    expect(dryRun(plane, [manifest({})]).said.join()).toMatch(/forbidden.*runAsNonRoot/);
  });
});
