import { describe, expect, it } from "vitest";
import { visibleManifests } from "../../../policy/rules/pods/visible-manifests.ts";
import { judge, judgeStack } from "../kit/judge.ts";
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
];
const bundle = (type: string, name = "ingress") => ({ type, name, props: { chart: "nginx" } });

describe("visible-manifests", () => {
  it.each(types)("refuses a %s", (type) => {
    const [message, ...more] = judge(visibleManifests, bundle(type));
    expect(message).toContain(
      `${type} ingress: makes objects that no policy can judge. Fix: write`,
    );
    expect(more).toEqual([]);
  });

  it.each([{ unknownProvider: true }, { stackOnly: true }])("refuses it with %j too", (options) => {
    const chart = bundle("kubernetes:helm.sh/v4:Chart", Object.keys(options).join());
    expect(judgeStack(visibleManifests, [deployment(), chart], options)).toHaveLength(1);
  });

  it("accepts objects, and what it is told of in settings", () => {
    expect(judge(visibleManifests, deployment())).toEqual([]);
    const release = bundle("kubernetes:helm.sh/v3:Release", "known");
    const exempt = [{ name: "known", reason: "read line by line in review" }];
    expect(judge(visibleManifests, release, { exempt })).toEqual([]);
    expect(judge(visibleManifests, bundle(types[1]!, "other"), { exempt })).toHaveLength(1);
    expect(judge(visibleManifests, bundle("a:b:Wrapped"), { types: ["a:b:*"] })).toHaveLength(1);
  });
});
