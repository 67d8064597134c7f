import { describe, expect, it } from "vitest";
import { spread } from "../../../policy/rules/availability/spread.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { autoscaler, otherSelector, patchOf, said, scaledObject, selector } from "./shop.ts";

const host = "kubernetes.io/hostname";
const zone = "topology.kubernetes.io/zone";
const none = podSpec({ topologySpreadConstraints: undefined });

function evenly(changes: object = {}) {
  return {
    maxSkew: 1,
    topologyKey: host,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: selector,
    ...changes,
  };
}

function spreading(...topologySpreadConstraints: unknown[]) {
  return deployment(podSpec({ topologySpreadConstraints }));
}

const term = { topologyKey: host, labelSelector: selector };

function apart(podAntiAffinity: object) {
  return deployment({ ...none, affinity: { podAntiAffinity } });
}

function preferred(changes: object = {}) {
  const podAffinityTerm = { ...term, ...changes };
  return apart({
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }],
  });
}

function required(changes: object = {}) {
  return apart({ requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, ...changes }] });
}

describe("spread", () => {
  it.each([
    ["a constraint", [deployment()]],
    [
      "a constraint by an expression",
      [
        spreading(
          evenly({
            labelSelector: {
              matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }],
            },
          }),
        ),
      ],
    ],
    ["a preferred anti-affinity", [preferred()]],
    ["a required anti-affinity", [required()]],
    ["an anti-affinity with the own namespace", [required({ namespaces: ["other", "shop"] })]],
    ["an anti-affinity with all namespaces", [required({ namespaceSelector: {} })]],
    ["an anti-affinity with everything", [required({ labelSelector: {} })]],
    ["one pod", [withValue(deployment(none), ["spec", "replicas"], 1)]],
    [
      "an autoscaler that never makes a second one",
      [without(deployment(none), ["spec", "replicas"]), autoscaler({ maxReplicas: 1 })],
    ],
    ["one pod on each node", [kindsWithPods["DaemonSet"]!(none)]],
    ["a Job", [kindsWithPods["Job"]!(none)]],
    ["a patch", [patchOf(deployment(none))]],
  ])("accepts %s", (_, resources) => {
    expect(said(spread, resources)).toEqual([]);
  });

  it.each([
    ["2 pods", [deployment(none)]],
    ["2 pods", [kindsWithPods["StatefulSet"]!(none)]],
    [
      "2 to 6 pods by HorizontalPodAutoscaler shop/cart",
      [without(deployment(none), ["spec", "replicas"]), autoscaler()],
    ],
    [
      "0 to 6 pods by ScaledObject shop/cart",
      [without(deployment(none), ["spec", "replicas"]), scaledObject()],
    ],
    ["2 pods", [spreading()]],
    ["2 pods", [spreading(evenly({ topologyKey: zone }))]],
    ["2 pods", [apart({})]],
    ["2 pods", [required({ topologyKey: zone })]],
  ])("reports %s that nothing spreads", (pods, resources) => {
    expect(said(spread, resources)).toEqual([
      expect.stringContaining(
        `shop/cart: has ${pods}, and nothing spreads them over kubernetes.io/hostname. Fix: add an entry`,
      ),
    ]);
  });

  it.each([
    ["a constraint", spreading(evenly({ labelSelector: otherSelector }))],
    ["a preferred anti-affinity", preferred({ labelSelector: otherSelector })],
    ["a required anti-affinity", required({ labelSelector: otherSelector })],
  ])("reports %s that selects other pods", (_, resource) => {
    expect(said(spread, [resource])).toEqual([
      expect.stringContaining("selects other pods (app.kubernetes.io/name=till)"),
    ]);
  });

  it.each([
    ["no pods", spreading(evenly({ labelSelector: undefined }))],
    ["all pods of the namespace together", spreading(evenly({ labelSelector: {} }))],
    ["pods of another namespace", required({ namespaces: ["other"] })],
  ])("reports what spreads %s", (_, resource) => {
    expect(said(spread, [resource])).toHaveLength(1);
  });

  it("asks for each topology of its setting", () => {
    const config = { topologyKeys: [host, zone] };
    expect(said(spread, [spreading(evenly(), evenly({ topologyKey: zone }))], config)).toEqual([]);
    expect(said(spread, [deployment()], config)).toEqual([
      expect.stringContaining(`nothing spreads them over ${zone}`),
    ]);
    expect(said(spread, [deployment(none)], config)).toHaveLength(2);
  });

  it("does not count a constraint that lets them be too uneven", () => {
    const loose = spreading(evenly({ maxSkew: 6 }));
    expect(said(spread, [loose])).toEqual([
      expect.stringContaining("maxSkew for kubernetes.io/hostname is 6, more than 5"),
    ]);
    expect(said(spread, [loose], { maxSkew: 6 })).toEqual([]);
    expect(said(spread, [spreading(evenly({ maxSkew: 6 }), evenly())])).toEqual([]);
  });

  it("asks from as many pods on as its setting says, and leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "there is only one node" }];
    expect(said(spread, [deployment(none)], { replicas: 3 })).toEqual([]);
    expect(said(spread, [deployment(none)], { exempt })).toEqual([]);
  });

  it("needs the constraints before the update", () => {
    const said1 = said(spread, [spreading(evenly({ topologyKey: unknown }))]);
    expect(said1).toEqual([expect.stringContaining("topologyKey is not known before the update")]);
  });

  it.each([
    ["nodeName", { nodeName: "node-1" }],
    ["nodeName", { nodeName: unknown }],
    [`nodeSelector["${host}"]`, { nodeSelector: { [host]: "node-1" } }],
  ])("refuses pods that %s puts on one node", (what, changes) => {
    expect(said(spread, [deployment(podSpec(changes))])).toEqual([
      expect.stringContaining(`has 2 pods, and ${what} puts all of them on one node`),
    ]);
    expect(said(spread, [kindsWithPods["Pod"]!(podSpec(changes))])).toEqual([]);
  });
});
