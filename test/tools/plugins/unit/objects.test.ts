import { describe, expect, it } from "vitest";
import {
  compare,
  parsePath,
  pathText,
  pruned,
  toChanges,
  touches,
} from "../../../../tools/plugins/kubernetes/compare.ts";
import { keepIgnored } from "../../../../tools/plugins/kubernetes/apply.ts";
import { lingering } from "../../../../tools/plugins/kubernetes/delete.ts";
import { driftedInputs } from "../../../../tools/plugins/kubernetes/drift.ts";
import { forceNewFields } from "../../../../tools/plugins/kubernetes/force-new.ts";
import { resourceType } from "../../../../tools/plugins/kubernetes/kind.ts";
import { named, suffix } from "../../../../tools/plugins/kubernetes/naming.ts";
import { decodeStringData, encodeStringData } from "../../../../tools/plugins/kubernetes/object.ts";
import { configFailures, readOptions } from "../../../../tools/plugins/kubernetes/options.ts";
import { importedInputs } from "../../../../tools/plugins/kubernetes/read.ts";
import { fromState, toState } from "../../../../tools/plugins/kubernetes/state.ts";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import { isSecret, secret } from "../../../../tools/plugins/kit/properties.ts";

const mutability = { mutableConfigMaps: false, mutableSecrets: false };
const seed = Buffer.from("seed");

describe("comparing inputs", () => {
  it("finds leaves that were added, removed and changed, in lists by index", () => {
    const old = { a: { b: 1, gone: 1 }, list: [{ x: 1 }, { x: 2 }] };
    const now = { a: { b: 2, new: 1 }, list: [{ x: 1 }] };
    expect(compare(old, now).map(({ path, change }) => `${pathText(path)} ${change}`)).toEqual([
      "a.b update",
      "a.gone delete",
      "a.new add",
      "list[1] delete",
    ]);
  });

  it.each([
    [["spec", "containers", 0, "image"], "spec.containers[0].image"],
    [["metadata", "annotations", "a.b/c"], 'metadata.annotations["a.b/c"]'],
    [["data", 'quo"te'], 'data["quo\\"te"]'],
  ])("writes and reads paths as Pulumi does: %j", (path, text) => {
    expect(pathText(path)).toBe(text);
    expect(parsePath(text)).toEqual(path);
  });

  it.each([
    [["spec", "selector", "matchLabels", "a"], "spec.selector", true],
    [["spec"], "spec.selector", true],
    [["spec", "replicas"], "spec.selector", false],
    [["spec", "containers", 3, "image"], "spec.containers.*.image", true],
  ])("knows whether %j touches %s", (path, field, expected) => {
    expect(touches(path, field)).toBe(expected);
  });

  it("asks for a new object where a field of the kind cannot change", () => {
    const entries = compare(
      { spec: { selector: 1, replicas: 1 } },
      { spec: { selector: 2, replicas: 2 } },
    );
    expect([...toChanges(entries, ["spec.selector"])]).toEqual([
      ["spec.replicas", "update"],
      ["spec.selector", "update-replace"],
    ]);
  });

  it("treats a Secret's data as immutable unless told otherwise, and always when the object says so", () => {
    const object = { apiVersion: "v1", kind: "Secret" };
    expect(forceNewFields(object, mutability)).toContain("data");
    expect(forceNewFields(object, { ...mutability, mutableSecrets: true })).not.toContain("data");
    expect(
      forceNewFields({ ...object, immutable: true }, { ...mutability, mutableSecrets: true }),
    ).toContain("data");
  });
});

describe("drift", () => {
  const inputs = { spec: { cpu: "1000m", list: [{ name: "a" }], gone: "x" } };
  const before = { spec: { cpu: "1", list: [{ name: "a", default: true }], gone: "x", theirs: 1 } };

  it("is none while the server shows what it showed before", () => {
    expect(driftedInputs(inputs, before, before)).toEqual(inputs);
  });

  it("is what changed on the server since, of the fields that are ours", () => {
    const now = { spec: { cpu: "2", list: [{ name: "b", default: true }], theirs: 2 } };
    expect(driftedInputs(inputs, before, now)).toEqual({
      spec: { cpu: "2", list: [{ name: "b" }] },
    });
  });

  it("takes a list as a whole when its length changed", () => {
    const now = { spec: { ...before.spec, list: [] } };
    expect(driftedInputs(inputs, before, now)).toEqual({ spec: { ...inputs.spec, list: [] } });
  });
});

describe("names", () => {
  it("are made from the logical name and the engine's seed", () => {
    const object = named({}, {}, "cache", seed);
    expect(object).toEqual({
      metadata: { name: `cache-${suffix(seed)}`, annotations: { "pulumi.com/autonamed": "true" } },
    });
    expect(suffix(seed)).toMatch(/^[\da-f]{8}$/);
  });

  it("stay when they were made up, and are not taken from a name that was given", () => {
    const made = named({}, {}, "cache", seed);
    expect(named({}, made, "cache", Buffer.from("other"))).toEqual(made);
    expect(named({}, { metadata: { name: "given" } }, "cache", seed)).toEqual(made);
  });
});

describe("types", () => {
  const official = "kubernetes v4";
  const type = (token: string, inputs = {}) =>
    resourceType({ urn: "", name: "", type: token }, inputs, official);

  it.each([
    ["kubernetes:core/v1:Pod", {}, { apiVersion: "v1", kind: "Pod", patch: false }],
    [
      "kubernetes:apps/v1:DeploymentPatch",
      { kind: "Deployment" },
      { apiVersion: "apps/v1", kind: "Deployment", patch: true },
    ],
    [
      "kubernetes:test.example/v1:Patch",
      {},
      { apiVersion: "test.example/v1", kind: "Patch", patch: false },
    ],
    [
      "kubernetes:test.example/v1:EnvoyPatch",
      { kind: "EnvoyPatch" },
      { apiVersion: "test.example/v1", kind: "EnvoyPatch", patch: false },
    ],
    [
      "kubernetes:keda.sh/v1alpha1:ScaledObject",
      {},
      { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", patch: false },
    ],
  ])("%s is taken apart", (token, inputs, expected) => {
    expect(type(token, inputs)).toEqual(expected);
  });

  it.each([
    "helm.sh/v3:Release",
    "helm.sh/v4:Chart",
    "kustomize/v2:Directory",
    "yaml/v2:ConfigGroup",
  ])("%s is left to the official plugin", (token) => {
    expect(() => type(`kubernetes:${token}`)).toThrow(/official plugin kubernetes v4/);
  });
});

describe("state", () => {
  const known = { fieldManager: "pulumi-kubernetes-1", initialApiVersion: "v1" };

  it("hides a Secret's data and kubectl's copy of it, and repeats nothing in plain", () => {
    const live = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        managedFields: [{}],
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "hidden!" },
      },
      data: { a: "hidden!" },
    };
    const state = toState(
      live,
      { apiVersion: "v1", kind: "Secret", stringData: { a: secret("hidden!") } },
      known,
    );
    const open = JSON.stringify(state, (_, value: unknown) =>
      isSecret(value as never) ? "***" : value,
    );
    expect(open).not.toContain("hidden!");
    expect(open).not.toContain("managedFields");
    expect(fromState(state)).toMatchObject({ ...known, live: { data: { a: "hidden!" } } });
  });

  it("sends stringData as data and sees data as stringData, key by key", () => {
    const object = {
      apiVersion: "v1",
      kind: "Secret",
      data: { b: "Yg==" },
      stringData: { a: "a" },
    };
    const sent = encodeStringData(object);
    expect(sent).toEqual({ apiVersion: "v1", kind: "Secret", data: { a: "YQ==", b: "Yg==" } });
    expect(decodeStringData(sent, object)["stringData"]).toEqual({ a: "a" });
  });

  it("makes inputs of an imported object without what only servers write", () => {
    const live = {
      kind: "Pod",
      metadata: {
        name: "x",
        uid: "1",
        generation: 2,
        annotations: { "deployment.kubernetes.io/revision": "1", mine: "1" },
      },
      spec: {},
      status: {},
    };
    expect(importedInputs(live)).toEqual({
      kind: "Pod",
      metadata: { name: "x", annotations: { mine: "1" } },
      spec: {},
    });
  });
});

describe("ignored fields", () => {
  const managedFields: JsonObject[] = [
    { manager: "scaler", fieldsV1: { "f:spec": { "f:replicas": {} } } },
    { manager: "ours", fieldsV1: { "f:spec": { "f:paused": {} } } },
  ];
  const live = { metadata: { managedFields }, spec: { replicas: 5, paused: true } };

  it("are left out when another manager owns them, and sent as they are when they are ours", () => {
    const inputs = { spec: { replicas: 1, paused: false, other: 1 } };
    const kept = keepIgnored(inputs, live, ["spec.replicas", "spec.paused"], "ours");
    expect(kept).toEqual({ spec: { paused: true, other: 1 } });
  });
});

it("a deleted object that stays is explained by its finalizers and its namespace's conditions", () => {
  const conditions = [
    { type: "NamespaceContentRemaining", status: "True", message: "some resources are remaining" },
  ];
  const object = {
    metadata: { finalizers: ["a/b"] },
    spec: { finalizers: ["kubernetes"] },
    status: { conditions },
  };
  expect(lingering(object)).toEqual([
    "some resources are remaining",
    "finalizers might be preventing deletion: a/b, kubernetes",
  ]);
});

it("a live object is cut down to the shape of its inputs", () => {
  expect(pruned({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 0 } })).toEqual({ a: { b: 1 } });
});

describe("settings of the provider", () => {
  it("come from its inputs before the environment", () => {
    const env = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    expect(readOptions(new Map(), env).patchForce).toBe(true);
    expect(readOptions(new Map([["enablePatchForce", "false"]]), env).patchForce).toBe(false);
    expect(readOptions(new Map([["context", ""]]), {}).context).toBeUndefined();
  });

  it.each([
    [{ enableServerSideApply: "false" }, 1],
    [{ enableServerSideApply: false }, 1],
    [{ enableServerSideApply: "true", renderYamlToDirectory: "" }, 0],
    [{ renderYamlToDirectory: "out" }, 1],
  ])("that need the official plugin are refused: %j", (inputs, count) => {
    expect(configFailures(inputs, "kubernetes v4")).toHaveLength(count);
  });
});
