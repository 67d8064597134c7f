import { describe, expect, it } from "vitest";
import { judgeNodes } from "../../../tools/doctor/checks/cluster.ts";
import { judgePods } from "../../../tools/doctor/checks/pods.ts";
import { judgeVolumes } from "../../../tools/doctor/checks/volumes.ts";
import { judgeJobs } from "../../../tools/doctor/checks/workloads.ts";
import type { ContainerStatus, Node, Pod } from "../../../tools/doctor/kubernetes.ts";

const now = Date.parse("2026-11-29T12:00:00Z");
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

function node(more: Record<string, string> = {}, spec: Node["spec"] = {}): Node {
  const states = { Ready: "True", MemoryPressure: "False", DiskPressure: "False", ...more };
  const conditions = Object.entries(states).map(([type, status]) => ({ type, status }));
  return { metadata: { name: "n1" }, spec, status: { conditions } };
}

describe("nodes", () => {
  it.each([
    ["a healthy node", [node()], []],
    ["no node", [], [["problem", "the cluster has no node"]]],
    ["one that is not ready", [node({ Ready: "False" })], [["problem", "n1 is not ready"]]],
    ["one that reports nothing", [node({ Ready: "Unknown" })], [["problem", "n1 is not ready"]]],
    ["a full disk", [node(), node({ DiskPressure: "True" })], [["problem", "disk space"]]],
    ["little memory", [node({ MemoryPressure: "True" })], [["problem", "runs out of memory"]]],
    ["a cordoned one", [node({}, { unschedulable: true })], [["hint", "n1 is cordoned"]]],
  ] as const)("%s", (_what, nodes, expected) => {
    const found = judgeNodes(nodes);
    expect(found.map(({ level }) => level)).toEqual(expected.map(([level]) => level));
    expected.forEach(([, text], index) => {
      expect(found[index]?.what).toContain(text);
    });
  });
});

const container: ContainerStatus = {
  name: "main",
  ready: true,
  restartCount: 0,
  image: "api:1",
  state: { running: { startedAt: ago(60) } },
};

interface PodParts {
  readonly container?: Partial<ContainerStatus>;
  readonly ready?: "True" | "False";
  readonly readySince?: string;
  readonly status?: Partial<Pod["status"]>;
  readonly metadata?: Partial<Pod["metadata"]>;
}

function pod(parts: PodParts = {}): Pod {
  const { ready = "True", readySince = ago(60) } = parts;
  return {
    metadata: { name: "api-1", namespace: "ns", creationTimestamp: ago(60), ...parts.metadata },
    spec: { nodeName: "n1" },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready, lastTransitionTime: readySince }],
      containerStatuses: [{ ...container, ...parts.container }],
      ...parts.status,
    },
  };
}

const unscheduled = {
  phase: "Pending",
  conditions: [
    { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: cpu" },
  ],
  containerStatuses: [],
};
const waits = (reason: string, message = "") => ({
  ready: false,
  state: { waiting: { reason, message } },
});
const killed = (finishedAt: string) => ({
  terminated: { exitCode: 137, reason: "OOMKilled", finishedAt },
});
const crashed = (finishedAt: string) => ({
  terminated: { exitCode: 3, reason: "Error", finishedAt },
});

describe("pods", () => {
  it.each<[string, PodParts, string | undefined]>([
    ["that is ready", {}, undefined],
    ["that has done its work", { status: { phase: "Succeeded" }, ready: "False" }, undefined],
    ["that is just starting", { ready: "False", readySince: ago(1) }, undefined],
    [
      "that does not become ready",
      { ready: "False", readySince: ago(10), container: { ready: false } },
      "runs, but is not ready: container main",
    ],
    ["whose image is missing", { container: waits("ImagePullBackOff") }, "api:1 cannot be pulled"],
    [
      "that lacks a Secret",
      { container: waits("CreateContainerConfigError") },
      "cannot be created",
    ],
    [
      "in a crash loop",
      { container: { ...waits("CrashLoopBackOff"), lastState: crashed(ago(1)) } },
      "starts again and again; it last ended with exit code 3",
    ],
    [
      "in a crash loop for its memory",
      { container: { ...waits("CrashLoopBackOff"), lastState: killed(ago(1)) } },
      "reached its memory limit",
    ],
    [
      "that was killed for its memory and runs again",
      { container: { restartCount: 1, lastState: killed(ago(30)) } },
      "reached its memory limit",
    ],
    [
      "that was killed for its memory yesterday",
      { container: { restartCount: 1, lastState: killed(ago(1500)) } },
      undefined,
    ],
    [
      "that crashed once",
      { container: { restartCount: 1, lastState: crashed(ago(5)) } },
      undefined,
    ],
    [
      "that crashed several times",
      { container: { restartCount: 4, lastState: crashed(ago(5)) } },
      "was restarted 4 times",
    ],
    ["without a node", { status: unscheduled }, "finds no node: 0/1 nodes: cpu"],
    [
      "without a node, yet",
      { status: unscheduled, metadata: { creationTimestamp: ago(0.5) } },
      undefined,
    ],
    ["that does not end", { metadata: { deletionTimestamp: ago(10) } }, "should have ended"],
    ["that ends", { metadata: { deletionTimestamp: ago(1) } }, undefined],
    [
      "that was evicted",
      { status: { phase: "Failed", reason: "Evicted", message: "The node was low on disk" } },
      "low on disk",
    ],
  ])("a pod %s", (_what, parts, expected) => {
    const found = judgePods([pod(parts)], now);
    expect(found.map(({ what }) => what)).toEqual(
      expected === undefined ? [] : [expect.stringContaining(expected)],
    );
  });

  it("only what needs somebody is a problem", () => {
    const failed = pod({ status: { phase: "Failed", reason: "Evicted" } });
    expect(judgePods([failed], now)[0]?.level).toBe("hint");
    expect(judgePods([pod({ container: waits("ErrImagePull") })], now)[0]?.level).toBe("problem");
  });
});

const ref = { name: "data-postgres-0", namespace: "framewright-data" };
const volume = (phase: string, minutes = 60) => ({
  metadata: { ...ref, creationTimestamp: ago(minutes) },
  status: { phase },
});

describe("volumes", () => {
  it.each([
    ["bound and half full", volume("Bound"), 0.5, []],
    ["bound, its use unknown", volume("Bound"), undefined, []],
    [
      "nearly full",
      volume("Bound"),
      0.9,
      ["the volume framewright-data/data-postgres-0 is 90 % full"],
    ],
    [
      "pending",
      volume("Pending"),
      undefined,
      ["the volume framewright-data/data-postgres-0 is Pending"],
    ],
    ["pending for a moment", volume("Pending", 0.5), undefined, []],
  ] as const)("a volume that is %s", (_what, found, share, expected) => {
    const use = { pvcRef: ref, capacityBytes: 1000, usedBytes: (share ?? 0) * 1000 };
    const uses = share === undefined ? [{ pvcRef: ref }] : [use];
    const whats = judgeVolumes({ volumes: [found], uses }, now).map(({ what }) => what);
    expect(whats).toEqual(expected);
  });
});

it("a failed migration is told from other Jobs", () => {
  const failed = { conditions: [{ type: "Failed", status: "True", message: "too often" }] };
  const job = (name: string, status: object) => ({ metadata: { name, namespace: "ns" }, status });
  const found = judgeJobs([job("api-migrate", failed), job("other", failed), job("done", {})]);
  expect(found.map(({ runbook }) => runbook)).toEqual(["schema-behind", "pods-fail"]);
});
