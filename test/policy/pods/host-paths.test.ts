import { describe, expect, it } from "vitest";
import { hostPaths } from "../../../policy/rules/pods/host-paths.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describePods } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const folder = "/var/lib/devices";

const mounting = (path: unknown, readOnly?: boolean) => ({
  volumes: [{ name: "node", hostPath: { path } }],
  containers: [
    container(),
    container({ name: "reader", volumeMounts: [{ name: "node", mountPath: "/node", readOnly }] }),
  ],
});
const allowed = (changes: object = {}) => ({
  allowed: [{ path: folder, reason: "it makes its socket there", ...changes }],
});

describePods(hostPaths, {
  broken: [
    ["mounts a folder", mounting("/etc", true), "mounts /etc of its node. Fix"],
    ["mounts all", mounting("/"), "mounts / of its node"],
    ["mounts what is not known", mounting(unknown), "path is not known before"],
  ],
  right: [
    ["mounts an allowed folder to read", mounting(folder, true), allowed()],
    ["mounts what is below it", mounting(`${folder}/gpu/`, true), allowed()],
    ["mounts a folder to write where it may", mounting(folder), allowed({ writable: true })],
    [
      "is one of those that may",
      mounting(folder, true),
      allowed({ namespace: "sh*", name: "cart" }),
    ],
  ],
});

describe("host-paths, as settings say", () => {
  const say = (spec: Parameters<typeof podSpec>[0], config: object) =>
    evaluate(hostPaths, deployment(podSpec(spec)), { ...config });

  it.each([
    ["beside it", `${folder}-other`],
    ["above it", "/var/lib"],
    ["below it and up again", `${folder}/../kubelet`],
  ])("refuses a path %s", (_, path) => {
    expect(say(mounting(path, true), allowed())).toEqual([
      expect.stringContaining(`mounts ${path} of its node`),
    ]);
  });

  it("refuses writing where only reading is allowed, and names who would write", () => {
    expect(say(mounting(folder), allowed())).toEqual([
      expect.stringContaining(`lets container "reader" write to ${folder} of its node`),
    ]);
  });

  it.each([{ namespace: "other" }, { name: "other" }])("refuses pods of others: %j", (whose) => {
    expect(say(mounting(folder, true), allowed(whose))).toHaveLength(1);
  });
});
