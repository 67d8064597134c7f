import { pulumiPolicies } from "../../kit/frameworks.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { stackRule } from "../../kit/stack-rule.ts";

/** Types of resources that hide others, as Pulumi writes them. */
const hiding = ["helm.sh/*", "yaml:*", "yaml/*", "kustomize:*", "kustomize/*"].map(
  (type) => `kubernetes:${type}`,
);

/** A rule about the stack, because Pulumi shows charts and other components to no other (pulumi/pulumi#10055). */
export const visibleManifests = stackRule({
  name: "visible-manifests",
  title: "Every object that a program makes is one that policies see",
  why: "Charts and files of manifests are opened where a cluster is at hand, so that no preview before it can evaluate what is in them.",
  fix: "write the objects as resources of their own kinds, or exempt it once somebody has read what is in it",
  severity: "high",
  frameworks: [
    pulumiPolicies("Charts and files of manifests are not opened before the cluster exists"),
  ],
  collect: ({ type }) => (matchesAny(hiding, type) ? true : undefined),
  evaluate: (found, report) => {
    for (const { subject } of found) report(subject, "makes objects that no policy can evaluate");
  },
});
