import { expect, it } from "vitest";
import { ruleFor } from "../../../../tools/plugins/kubernetes/await/rules.ts";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";

interface Case {
  what: string;
  apiVersion: string;
  kind: string;
  object: JsonObject;
  related?: JsonObject[];
  state: "ready" | "waiting" | "failed";
  message?: RegExp;
}

const generation = { metadata: { generation: 2 } };
const observed = { observedGeneration: 2 };
function conditions(...list: [type: string, status: string, reason?: string][]): JsonObject {
  return {
    conditions: list.map(([type, status, reason = ""]) => ({ type, status, reason, message: "" })),
  };
}

function rollout(status: JsonObject, spec: JsonObject = { replicas: 2 }): JsonObject {
  return { ...generation, spec, status: { ...observed, ...status } };
}

const apps = { apiVersion: "apps/v1" };
const dep = { ...apps, kind: "Deployment" };
const set = { ...apps, kind: "StatefulSet" };
const daemon = { ...apps, kind: "DaemonSet" };
const job = { apiVersion: "batch/v1", kind: "Job" };
const pod = { apiVersion: "v1", kind: "Pod" };
const service = { apiVersion: "v1", kind: "Service" };
const full = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
const selecting = { spec: { selector: { a: "b" } } };
const slice = { endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: false } }] };

const cases: Case[] = [
  { what: "all replicas are there", ...dep, object: rollout(full), state: "ready" },
  {
    what: "the change is unseen",
    ...dep,
    object: rollout({ ...full, observedGeneration: 1 }),
    state: "waiting",
    message: /not seen/,
  },
  {
    what: "old pods run",
    ...dep,
    object: rollout({ ...full, updatedReplicas: 1 }),
    state: "waiting",
    message: /1 of 2 replicas updated/,
  },
  {
    what: "old pods are left",
    ...dep,
    object: rollout({ ...full, replicas: 3 }),
    state: "waiting",
    message: /1 old/,
  },
  {
    what: "new pods are not available",
    ...dep,
    object: rollout({ ...full, availableReplicas: 1 }),
    state: "waiting",
    message: /1 of 2 replicas available/,
  },
  {
    what: "the deadline has passed",
    ...dep,
    object: rollout(conditions(["Progressing", "False", "ProgressDeadlineExceeded"])),
    state: "waiting",
  },
  {
    what: "pods cannot be created",
    ...dep,
    object: rollout(conditions(["ReplicaFailure", "True", "FailedCreate"])),
    state: "waiting",
    message: /FailedCreate/,
  },
  { what: "it is scaled to zero", ...dep, object: rollout({}, { replicas: 0 }), state: "ready" },
  { what: "it is paused", ...dep, object: rollout({}, { paused: true }), state: "ready" },
  {
    what: "replicas are by default one",
    ...dep,
    object: rollout({}, {}),
    state: "waiting",
    message: /0 of 1/,
  },
  {
    what: "all are ready on one revision",
    ...set,
    object: rollout({ ...full, currentRevision: "a", updateRevision: "a" }),
    state: "ready",
  },
  {
    what: "a revision is rolled out",
    ...set,
    object: rollout({ ...full, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" }),
    state: "waiting",
    message: /1 of 2 replicas updated/,
  },
  {
    what: "one is not ready",
    ...set,
    object: rollout({ ...full, readyReplicas: 1 }),
    state: "waiting",
    message: /1 of 2 replicas ready/,
  },
  {
    what: "a partition holds the rest back",
    ...set,
    object: rollout(
      { ...full, updatedReplicas: 1, updateRevision: "b" },
      { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    ),
    state: "ready",
  },
  {
    what: "pods change when deleted",
    ...set,
    object: rollout(
      { ...full, updatedReplicas: 0, updateRevision: "b" },
      { replicas: 2, updateStrategy: { type: "OnDelete" } },
    ),
    state: "ready",
  },
  {
    what: "there is no node for it",
    ...daemon,
    object: rollout({ desiredNumberScheduled: 0 }),
    state: "ready",
  },
  {
    what: "a node has the old pod",
    ...daemon,
    object: rollout({ desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
    state: "waiting",
  },
  {
    what: "it is complete",
    ...job,
    object: { status: conditions(["Complete", "True"]) },
    state: "ready",
  },
  {
    what: "it failed",
    ...job,
    object: { status: conditions(["Failed", "True", "BackoffLimitExceeded"]) },
    state: "failed",
    message: /BackoffLimitExceeded/,
  },
  { what: "it is suspended", ...job, object: { spec: { suspend: true } }, state: "ready" },
  {
    what: "it runs",
    ...job,
    object: { spec: { completions: 3 }, status: { succeeded: 1 } },
    state: "waiting",
    message: /1 of 3/,
  },
  {
    what: "it is ready",
    ...pod,
    object: { status: conditions(["Ready", "True"]) },
    state: "ready",
  },
  { what: "it succeeded", ...pod, object: { status: { phase: "Succeeded" } }, state: "ready" },
  { what: "it failed", ...pod, object: { status: { phase: "Failed" } }, state: "failed" },
  {
    what: "it leads to a pod, ready or not",
    ...service,
    object: selecting,
    related: [slice],
    state: "ready",
  },
  {
    what: "it leads nowhere",
    ...service,
    object: selecting,
    related: [],
    state: "waiting",
    message: /does not target any Pods/,
  },
  {
    what: "it is headless",
    ...service,
    object: { spec: { clusterIP: "None", selector: { a: "b" } } },
    state: "ready",
  },
  { what: "it selects nothing", ...service, object: { spec: {} }, state: "ready" },
  {
    what: "it is a name",
    ...service,
    object: { spec: { type: "ExternalName", selector: { a: "b" } } },
    state: "ready",
  },
  {
    what: "it has no address",
    ...service,
    object: { spec: { type: "LoadBalancer" } },
    state: "waiting",
    message: /IP address/,
  },
  {
    what: "it is bound",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    object: { status: { phase: "Bound" } },
    state: "ready",
  },
  {
    what: "its volume is lost",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    object: { status: { phase: "Lost" } },
    state: "failed",
  },
  {
    what: "its API is served",
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    object: { status: conditions(["Established", "True"], ["NamesAccepted", "True"]) },
    state: "ready",
  },
  {
    what: "its names are taken",
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    object: { status: conditions(["NamesAccepted", "False", "Conflict"]) },
    state: "failed",
    message: /Conflict/,
  },
  {
    what: "it has found its target",
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    object: { status: conditions(["AbleToScale", "True"]) },
    state: "ready",
  },
  {
    what: "it has not found its target",
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    object: { status: conditions(["AbleToScale", "False", "FailedGetScale"]) },
    state: "waiting",
    message: /FailedGetScale/,
  },
];

it.each(cases)(
  "a $kind is $state when $what",
  ({ apiVersion, kind, object, related, state, message }) => {
    const verdict = ruleFor({ apiVersion, kind })?.decide(object, related ?? []);
    expect(verdict?.state).toBe(state);
    if (message !== undefined) expect(JSON.stringify(verdict)).toMatch(message);
  },
);

it("kinds without a rule are ready once they exist", () => {
  expect(ruleFor({ apiVersion: "v1", kind: "ConfigMap" })).toBeUndefined();
});
