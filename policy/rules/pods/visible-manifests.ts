import { Type } from "typebox";
import { pulumiPolicies } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

const settings = {
  types: Type.Array(Type.String(), {
    default: [
      ...["kubernetes:helm.sh/*", "kubernetes:yaml:*", "kubernetes:yaml/*"],
      ...["kubernetes:kustomize:*", "kubernetes:kustomize/*"],
      ...["helm:*", "kubectl:*", "kustomization:*"],
      // Controllers that make what a repository, a chart or a text in their object says.
      ...["kubernetes:argoproj.io/*:Application*", "kubernetes:helm.toolkit.fluxcd.io/*"],
      ...["kubernetes:kustomize.toolkit.fluxcd.io/*", "kubernetes:fleet.cattle.io/*"],
      ...["kubernetes:helm.cattle.io/*", "kubernetes:kubernetes.crossplane.io/*"],
      ...["kubernetes:helm.crossplane.io/*", "kubernetes:work.open-cluster-management.io/*"],
    ],
    description:
      "Types of resources that hide others, as Pulumi writes them. `*` stands for any text.",
  }),
  programs: Type.Array(Type.String({ minLength: 1 }), {
    default: ["kubectl", "helm", "kustomize", "argocd", "flux"],
    description: "Programs by which a command makes objects.",
  }),
};

/** The program of these that a command runs; what nobody knows yet mostly does something else. */
function programIn({ type, props }: Subject, programs: readonly string[]): string | undefined {
  if (!/^command:(?:local|remote):Command$/.test(type)) return undefined;
  const texts = ["create", "update"].map((key) => ifKnown(() => textAt(props, key)) ?? "");
  const words = texts.flatMap((text) => text.split(/[\s;&|()]+/));
  return programs.find((program) =>
    words.some((word) => word === program || word.endsWith(`/${program}`)),
  );
}

/** A rule about the stack, because Pulumi shows charts and other components to no other (pulumi/pulumi#10055). */
export const visibleManifests = stackRule({
  name: "visible-manifests",
  title: "Every object that a program makes is one that policies see",
  why: "Charts and files of manifests are opened where a cluster is at hand, so that no preview before it can judge what is in them.",
  fix: "write the objects as resources of their own kinds, or exempt it once somebody has read what is in it",
  severity: "high",
  frameworks: [
    pulumiPolicies(
      "What is in charts and files of manifests is not judged before the cluster exists",
    ),
  ],
  config: Type.Object(settings),
  collect: (subject, config) => {
    if (matchesAny(config.types, subject.type)) return { how: "makes objects" };
    const program = programIn(subject, config.programs);
    return program === undefined ? undefined : { how: `runs ${program}, which makes objects` };
  },
  evaluate: (found, report) => {
    for (const { subject, fact } of found) report(subject, `${fact.how} that no policy can judge`);
  },
});
