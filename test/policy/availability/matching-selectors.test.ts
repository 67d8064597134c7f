import { describe, expect, it } from "vitest";
import { matchingSelectors } from "../../../policy/rules/availability/matching-selectors.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import {
  autoscaler,
  budget,
  listOf,
  otherSelector,
  patchOf,
  said,
  scaledObject,
  selector,
  service,
} from "./shop.ts";

const statefulSet = kindsWithPods["StatefulSet"]!(podSpec());
const templateLabels = ["spec", "template", "metadata", "labels"];
const till = otherSelector.matchLabels;
const elsewhere = { namespace: "elsewhere" };

function target(kind: string, name: string, apiVersion = "apps/v1") {
  return autoscaler({ scaleTargetRef: { apiVersion, kind, name } });
}

function to(targetPort: unknown, more: object = {}) {
  return service({ ports: [{ port: 80, targetPort, ...more }] });
}

function listening(...containers: object[]) {
  return deployment(podSpec({ containers }));
}

describe("matching-selectors", () => {
  it.each([
    ["selectors that select", [deployment(), service(), budget(), autoscaler()]],
    ["a Service of a DaemonSet", [kindsWithPods["DaemonSet"]!(podSpec()), service()]],
    ["a Service of a single pod", [kindsWithPods["Pod"]!(podSpec()), service()]],
    ["a Service without a selector", [deployment(), service({ selector: undefined })]],
    ["a Service with an empty selector", [deployment(), service({ selector: {} })]],
    ["the name of another host", [deployment(), service({ type: "ExternalName", selector: till })]],
    ["a Service beside no pods, which others make", [service()]],
    ["a port by its number", [deployment(), to(9999)]],
    ["a port by itself", [deployment(), to(undefined)]],
    [
      "a port of a sidecar",
      [
        deployment(
          podSpec({
            containers: [container({ ports: [] })],
            initContainers: [container({ name: "proxy", restartPolicy: "Always" })],
          }),
        ),
        service(),
      ],
    ],
    [
      "a port by its protocol",
      [
        listening(container({ ports: [{ name: "dns", containerPort: 53, protocol: "UDP" }] })),
        to("dns", { protocol: "UDP" }),
      ],
    ],
    ["an autoscaler of a StatefulSet", [statefulSet, target("StatefulSet", "cart")]],
    [
      "an autoscaler of a custom kind",
      [
        deployment(),
        objectOf("example.com/Rollout", {}, { name: "shelf" }),
        target("Rollout", "shelf", "example.com/v1"),
      ],
    ],
    [
      "an autoscaler of an object that is patched",
      [statefulSet, patchOf(deployment()), autoscaler()],
    ],
    ["an autoscaler beside no pods", [autoscaler()]],
    ["a ScaledObject that names only the name", [deployment(), scaledObject()]],
    ["a StatefulSet beside no Services", [statefulSet]],
    [
      "a StatefulSet whose Service is without a selector",
      [statefulSet, service({ selector: undefined })],
    ],
    [
      "a StatefulSet beside a Service whose name nobody knows yet",
      [statefulSet, withValue(service({}, { name: "names" }), ["metadata", "name"], unknown)],
    ],
    [
      "patches",
      [
        deployment(),
        ...[
          service({ selector: till }),
          budget({ selector: undefined }),
          autoscaler({ scaleTargetRef: undefined }),
        ].map(patchOf),
      ],
    ],
    ["items of lists", [listOf(deployment()), listOf(service()), listOf(budget())]],
  ])("accepts %s", (_, resources) => {
    expect(said(matchingSelectors, resources)).toEqual([]);
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])(
    "reports a %s that does not select its own pods",
    (kind) => {
      const path = ["spec", "selector"];
      const good = kindsWithPods[kind]!(podSpec());
      expect(said(matchingSelectors, [withValue(good, path, otherSelector)])).toEqual([
        `${kind} shop/cart: its selector (app.kubernetes.io/name=till) does not select the labels of its own pod template. Fix: let the selector or reference name the labels, the port or the name of an object in the same namespace.`,
      ]);
      expect(said(matchingSelectors, [without(good, templateLabels)])).toHaveLength(1);
      for (const none of [undefined, {}, { matchLabels: {} }]) {
        expect(said(matchingSelectors, [withValue(good, path, none)])).toEqual([
          expect.stringContaining("has no selector for its pods"),
        ]);
      }
    },
  );

  it("reads the plain selector of a ReplicationController", () => {
    const made = (plain: object) =>
      objectOf("ReplicationController", {
        spec: {
          selector: plain,
          template: { metadata: { labels: selector.matchLabels }, spec: podSpec() },
        },
      });
    expect(said(matchingSelectors, [made(selector.matchLabels)])).toEqual([]);
    expect(said(matchingSelectors, [made(till)])).toHaveLength(1);
  });

  it.each([
    [
      "Service shop/cart: selects no pods: none of its namespace has app.kubernetes.io/name=till",
      [deployment(), service({ selector: till })],
    ],
    [
      "Service shop/cart: selects no pods: none of its namespace has app.kubernetes.io/name=till",
      [deployment(), listOf(service({ selector: till }))],
    ],
    [
      "Service shop/cart: sends to the port TCP web, which no container of Deployment shop/cart names",
      [deployment(), to("web")],
    ],
    [
      "Service shop/cart: sends to the port UDP http,",
      [deployment(), to("http", { protocol: "UDP" })],
    ],
    [
      "Service shop/cart: sends to the port TCP http,",
      [listening(container({ ports: undefined })), service()],
    ],
    [
      "Service shop/cart: sends to the port TCP late,",
      [
        deployment(
          podSpec({ initContainers: [container({ ports: [{ name: "late", containerPort: 1 }] })] }),
        ),
        to("late"),
      ],
    ],
    [
      "PodDisruptionBudget shop/cart: selects no pods: none of its namespace has app.kubernetes.io/name=till",
      [deployment(), budget({ selector: otherSelector })],
    ],
    ["PodDisruptionBudget elsewhere/cart: selects no pods", [deployment(), budget({}, elsewhere)]],
    [
      "PodDisruptionBudget shop/cart: has no selector",
      [deployment(), budget({ selector: undefined })],
    ],
    [
      "HorizontalPodAutoscaler shop/cart: scales apps/Deployment/till, which its namespace does not have",
      [deployment(), target("Deployment", "till")],
    ],
    [
      "HorizontalPodAutoscaler shop/cart: scales apps/StatefulSet/cart,",
      [deployment(), target("StatefulSet", "cart")],
    ],
    [
      "HorizontalPodAutoscaler shop/cart: scales Deployment/cart,",
      [deployment(), target("Deployment", "cart", "v1")],
    ],
    [
      "HorizontalPodAutoscaler shop/cart: scaleTargetRef does not name what it scales",
      [deployment(), autoscaler({ scaleTargetRef: { kind: "Deployment" } })],
    ],
    [
      "ScaledObject shop/cart: scales apps/Deployment/till,",
      [deployment(), scaledObject({ scaleTargetRef: { name: "till" } })],
    ],
    ["ScaledObject shop/cart: scales apps/Deployment/cart,", [statefulSet, scaledObject()]],
    [
      "StatefulSet shop/cart: no Service of its namespace is named cart, as its serviceName says",
      [statefulSet, service({}, { name: "names" })],
    ],
    [
      "StatefulSet shop/cart: the Service cart that its serviceName names does not select its pods",
      [
        statefulSet,
        withValue(deployment(), ["metadata", "name"], "till"),
        service({ selector: { "app.kubernetes.io/component": "server", tier: "a" } }),
      ],
    ],
  ])("reports: %s", (problem, resources) => {
    expect(said(matchingSelectors, resources)).toContainEqual(expect.stringContaining(problem));
  });

  it.each([
    ["a Service", service({}, elsewhere), "selects no pods"],
    [
      "an autoscaler",
      autoscaler({}, elsewhere),
      "scales apps/Deployment/cart, which its namespace",
    ],
  ])("reports %s in another namespace than its pods", (_, resource, problem) => {
    expect(said(matchingSelectors, [deployment(), resource])).toEqual([
      expect.stringContaining(` elsewhere/cart: ${problem}`),
    ]);
  });

  it("says nothing of a namespace of which it knows no pods", () => {
    const stack = [
      deployment(),
      service({ selector: till }, elsewhere),
      target("Deployment", "till"),
    ];
    const other = withValue(stack[2]!, ["metadata", "namespace"], "elsewhere");
    expect(said(matchingSelectors, [stack[0]!, stack[1]!, other])).toEqual([]);
  });

  it("reports a reference into another namespace", () => {
    const near = withValue(deployment(), ["metadata", "namespace"], "elsewhere");
    const there = { ...near, name: "there" };
    const own = withValue(statefulSet, ["metadata", "name"], "own");
    expect(said(matchingSelectors, [own, there, autoscaler()])).toEqual([
      expect.stringContaining("scales apps/Deployment/cart, which its namespace does not have"),
    ]);
  });

  it.each([
    ["the selector of a Service", service({ selector: unknown }), "spec.selector"],
    [
      "the selector of a workload",
      withValue(deployment(), ["spec", "selector"], unknown),
      "spec.selector",
    ],
    ["what an autoscaler scales", target("Deployment", unknown), "spec.scaleTargetRef.name"],
    [
      "the Service of a StatefulSet",
      withValue(statefulSet, ["spec", "serviceName"], unknown),
      "spec.serviceName",
    ],
  ])("needs %s before the update", (_, resource, path) => {
    expect(said(matchingSelectors, [resource])).toEqual([
      expect.stringContaining(`${path} is not known before the update`),
    ]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "an operator makes the pods" }];
    expect(
      said(matchingSelectors, [deployment(), service({ selector: till })], { exempt }),
    ).toEqual([]);
  });
});
