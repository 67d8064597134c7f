import { Type } from "typebox";
import { pulumiPolicies } from "../../kit/frameworks.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { stackRule } from "../../kit/stack-rule.ts";

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
  config: Type.Object({
    types: Type.Array(Type.String(), {
      default: [
        "kubernetes:helm.sh/*",
        "kubernetes:yaml:*",
        "kubernetes:yaml/*",
        "kubernetes:kustomize:*",
        "kubernetes:kustomize/*",
      ],
      description:
        "Types of resources that hide others, as Pulumi writes them. `*` stands for any text.",
    }),
  }),
  collect: (subject, { types }) => (matchesAny(types, subject.type) ? subject.type : undefined),
  judge: (found, report) => {
    for (const { subject } of found) report(subject, "makes objects that no policy can judge");
  },
});
