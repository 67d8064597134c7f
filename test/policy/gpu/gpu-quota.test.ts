import { gpuQuota } from "../../../policy/rules/gpu/gpu-quota.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import {
  gpuDeployment,
  gpuDeploymentOf,
  gpuPodSpec,
  gpuQuantity,
  quota,
  resourcesOf,
} from "./gpu-objects.ts";

const workload = gpuDeployment();
const foreign = gpuDeploymentOf({ resources: resourcesOf({ "example.com/gpu": 1 }) });
const config = { resources: ["example.com/gpu"] };
const says = "asks for nvidia.com/gpu in shop, where no quota counts it";
const gpus = { "requests.nvidia.com/gpu": "4" };

function scoped(operator: string, ...values: string[]) {
  const matchExpressions = [{ scopeName: "PriorityClass", operator, values }];
  return quota(gpus, { scopeSelector: { matchExpressions } });
}

describeRule(gpuQuota, {
  passes: [
    ["a quota of GPUs beside the workload", [workload, gpuQuantity]],
    ["a workload without a GPU", deployment(podSpec())],
    ["a quota of the pods' own priority class", [workload, scoped("In", "gpu-standard")]],
    [
      "workload and quota of the default namespace",
      [
        without(workload, ["metadata", "namespace"]),
        without(gpuQuantity, ["metadata", "namespace"]),
      ],
    ],
    ["a resource that is no GPU", foreign],
    [
      "a quota of the resource that settings name",
      [foreign, quota({ "requests.example.com/gpu": "1" })],
      config,
    ],
    ["an exempt workload", workload, { exempt: [{ name: "cart", reason: "limited elsewhere" }] }],
    [
      "an unknown amount of something else",
      [workload, quota({ "requests.nvidia.com/gpu": 1, pods: unknown })],
    ],
  ],
  fails: [
    ...Object.entries(kindsWithPods).map(
      ([kind, make]) =>
        [`a ${kind} without a quota`, make(gpuPodSpec()), `${kind} shop/cart: ${says}`] as const,
    ),
    ["a quota of something else", [workload, quota({ "requests.cpu": "4" })], says],
    ["a quota of another namespace", [workload, quota(gpus, {}, { namespace: "other" })], says],
    [
      "a quota of another GPU resource",
      [workload, quota({ "requests.nvidia.com/mig-1g.5gb": "4" })],
      says,
    ],
    ["a quota for pods that end", [workload, quota(gpus, { scopes: ["Terminating"] })], says],
    ["a quota of another priority class", [workload, scoped("In", "other")], says],
    ["a quota of all other priority classes", [workload, scoped("NotIn", "gpu-standard")], says],
    [
      "pods without a class beside the quota of one",
      [gpuDeployment({ priorityClassName: undefined }), scoped("In", "gpu-standard")],
      says,
    ],
    ["a resource that settings name", foreign, "asks for example.com/gpu in shop", config],
    [
      "a quota of limits",
      quota({ "limits.nvidia.com/gpu": "4", "limits.cpu": "4" }),
      "ResourceQuota shop/quota: limits limits.nvidia.com/gpu, which",
    ],
    [
      "an unknown namespace",
      withValue(workload, ["metadata", "namespace"], unknown),
      "metadata.namespace is not known before the update",
    ],
    [
      "an unknown amount of GPUs",
      quota({ "requests.nvidia.com/gpu": unknown }),
      "is not known before the update",
    ],
  ],
});
