import { visibleManifests } from "../../../policy/rules/pods/node-access.ts";
import { describeRule, type Failing } from "../kit/rule-cases.ts";
import { deployment } from "../kit/workloads.ts";

const bundle = (type: string) => ({ type, name: "ingress", props: { chart: "nginx" } });
const hiding = [
  ...["kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart"],
  ...["kubernetes:yaml:ConfigFile", "kubernetes:yaml/v2:ConfigGroup"],
  ...["kubernetes:kustomize:Directory", "kubernetes:kustomize/v2:Directory"],
];
const exempt = [{ name: "ingress", reason: "read line by line in review" }];

describeRule(visibleManifests, {
  passes: [
    ["objects", deployment()],
    ["what is exempt", bundle("kubernetes:helm.sh/v3:Release"), { exempt }],
  ],
  fails: [
    ...hiding.map((type): Failing => [
      type,
      bundle(type),
      "ingress: makes objects that no policy can evaluate",
    ]),
  ],
});
