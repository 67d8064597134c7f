import { describe, expect, it } from "vitest";
import { visibleManifests } from "../../../policy/rules/pods/visible-manifests.ts";
import { evaluate, evaluateStack, unknown } from "../kit/evaluate.ts";
import { deployment } from "../kit/workloads.ts";

const types = [
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:helm.sh/v3:Chart",
  "kubernetes:helm.sh/v4:Chart",
  "kubernetes:yaml:ConfigFile",
  "kubernetes:yaml:ConfigGroup",
  "kubernetes:yaml/v2:ConfigFile",
  "kubernetes:yaml/v2:ConfigGroup",
  "kubernetes:kustomize:Directory",
  "kubernetes:kustomize/v2:Directory",
  "kubernetes:argoproj.io/v1alpha1:Application",
  "kubernetes:argoproj.io/v1alpha1:ApplicationSet",
  "kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease",
  "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization",
  "kubernetes:helm.cattle.io/v1:HelmChart",
  "kubernetes:kubernetes.crossplane.io/v1alpha2:Object",
  "helm:index/release:Release",
  "kubectl:index/manifest:Manifest",
];
const bundle = (type: string, name = "ingress") => ({ type, name, props: { chart: "nginx" } });

describe("visible-manifests", () => {
  it.each(types)("refuses a %s", (type) => {
    const [message, ...more] = evaluate(visibleManifests, bundle(type));
    // Objects are called by their kind.
    expect(type.endsWith(message?.split(" ")[0] ?? "nothing")).toBe(true);
    expect(message).toContain(" ingress: makes objects that no policy can judge. Fix: write");
    expect(more).toEqual([]);
  });

  it.each([{ unknownProvider: true }, { stackOnly: true }])("refuses it with %j too", (options) => {
    const chart = bundle("kubernetes:helm.sh/v4:Chart", Object.keys(options).join());
    expect(evaluateStack(visibleManifests, [deployment(), chart], options)).toHaveLength(1);
  });

  const command = (create: unknown, kind = "local") => ({
    type: `command:${kind}:Command`,
    name: "apply",
    props: { create },
  });

  it.each([
    ["kubectl", command("kubectl apply -f manifests/")],
    ["helm", command("cd charts && /usr/bin/helm upgrade --install cart .", "remote")],
    ["kubectl", { ...command("true"), props: { create: "true", update: "kubectl apply -f x" } }],
  ])("refuses a command that runs %s", (program, resource) => {
    expect(evaluate(visibleManifests, resource)).toEqual([
      expect.stringContaining(`runs ${program}, which makes objects that no policy can judge`),
    ]);
  });

  it.each(["npm run build", "echo kubectl-free", unknown, undefined])(
    "accepts the command %j",
    (create) => {
      expect(evaluate(visibleManifests, command(create))).toEqual([]);
    },
  );

  it.each([
    "kubernetes:argoproj.io/v1alpha1:Rollout",
    "kubernetes:argoproj.io/v1alpha1:Workflow",
    "kubernetes:source.toolkit.fluxcd.io/v1:GitRepository",
  ])("accepts a %s, whose pods are there to be seen", (type) => {
    expect(evaluate(visibleManifests, bundle(type))).toEqual([]);
  });

  it("accepts objects, and what it is told of in settings", () => {
    expect(evaluate(visibleManifests, deployment())).toEqual([]);
    const release = bundle("kubernetes:helm.sh/v3:Release", "known");
    const exempt = [{ name: "known", reason: "read line by line in review" }];
    expect(evaluate(visibleManifests, release, { exempt })).toEqual([]);
    expect(evaluate(visibleManifests, bundle(types[1]!, "other"), { exempt })).toHaveLength(1);
    expect(evaluate(visibleManifests, bundle("a:b:Wrapped"), { types: ["a:b:*"] })).toHaveLength(1);
  });
});
