import { gpuPriority, gpuQuota } from "../../../policy/rules/gpu/quotas-and-priorities.ts";
import { withFields, withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, objectOf } from "../kit/workloads.ts";
import { gpuDeployment, gpuDeploymentOf, gpuPodSpec, resourcesOf } from "./gpu-objects.ts";

type Fields = Readonly<Record<string, unknown>>;

const workload = gpuDeployment();
const classless = { priorityClassName: undefined };
const classOf = (name: unknown) =>
  objectOf("scheduling.k8s.io/PriorityClass", { value: 1000, metadata: { name } });
const inJob = kindsWithPods["Job"]!(gpuPodSpec(classless));

describeRule(gpuPriority, {
  passes: [
    ["a class that the stack makes", [workload, classOf("gpu-standard")]],
    ["a class of Kubernetes", gpuDeployment({ priorityClassName: "system-node-critical" })],
    ["a pod without a GPU", deployment()],
  ],
  fails: [
    ["a Job without a class", inJob, "Job shop/cart: asks for a GPU without priorityClassName"],
    ["a class that the stack does not make", workload, "the priority class gpu-standard, which"],
    ["an unknown class", gpuDeployment({ priorityClassName: unknown }), "priorityClassName is"],
    ["a class of an unknown name", classOf(unknown), "metadata.name is not known"],
  ],
});

const quota = (hard: Fields, spec: Fields = {}, metadata: Fields = {}) =>
  objectOf("ResourceQuota", { spec: { hard, ...spec } }, { name: "quota", ...metadata });
const gpus = { "requests.nvidia.com/gpu": "4" };
const foreign = gpuDeploymentOf({ resources: resourcesOf({ "example.com/gpu": 1 }) });
const uncounted = "asks for nvidia.com/gpu in shop, where no quota counts it";
const homeless = { "metadata.namespace": undefined };

describeRule(gpuQuota, {
  passes: [
    ["a quota of GPUs beside the workload", [workload, quota(gpus)]],
    ["a workload without a GPU", deployment()],
    [
      "workload and quota of the default namespace",
      [withFields(workload, homeless), withFields(quota(gpus), homeless)],
    ],
    ["a resource that is no GPU", foreign],
    ["an unknown amount of something else", [workload, quota({ ...gpus, pods: unknown })]],
  ],
  fails: [
    ["an open CronJob", kindsWithPods["CronJob"]!(gpuPodSpec()), `CronJob shop/cart: ${uncounted}`],
    ["a quota of something else", [workload, quota({ "requests.cpu": "4" })], uncounted],
    ["a quota elsewhere", [workload, quota(gpus, {}, { namespace: "other" })], uncounted],
    ["a quota of slices", [workload, quota({ "requests.nvidia.com/mig-1g.5gb": "4" })], uncounted],
    ["a quota for pods that end", [workload, quota(gpus, { scopes: ["Terminating"] })], uncounted],
    ["a quota for some classes", [workload, quota(gpus, { scopeSelector: {} })], uncounted],
    [
      "an unknown namespace",
      withValue(workload, ["metadata", "namespace"], unknown),
      "metadata.namespace is not known before the update",
    ],
    ["an unknown amount of GPUs", quota({ "requests.nvidia.com/gpu": unknown }), "is not known be"],
  ],
});
