import { gpuPlacement } from "../../../policy/rules/gpu/gpu-placement.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, kindsWithPods, podSpec, podWith } from "../kit/workloads.ts";
import { gpuDeployment, gpuLabel, gpuToleration, requiredNodes } from "./gpu-objects.ts";

type Fields = Record<string, unknown>;

const tolerating = (...tolerations: readonly Fields[]) => gpuDeployment({ tolerations });
const selecting = (changes: Fields) => gpuDeployment({ nodeSelector: undefined, ...changes });
const exists = (key: string) => [{ key, operator: "Exists" }];
const required = (...terms: Fields[][]) => selecting({ affinity: requiredNodes(...terms) });
const preference = { matchExpressions: exists(gpuLabel) };
const preferred = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] };
const without = (...tolerations: readonly Fields[]) => podWith({ tolerations });
const byValue = { key: gpuLabel, operator: "In", values: ["nvidia-l4"] };

const noToleration = "does not tolerate the taint nvidia.com/gpu:NoSchedule";
const noSelection = "does not say on which nodes";
const byName = "is put on its node by nodeName, past every taint";

const present = { key: "nvidia.com/gpu", operator: "Equal", value: "present" };
const own = { nodeSelector: { "example.com/gpu": "l4" } };
const pod = kindsWithPods["Pod"]!(podSpec({ nodeName: "gpu-node-1" }));

describeRule(gpuPlacement, {
  passes: [
    ["a pod without a GPU", deployment()],
    ["a toleration of any effect", tolerating({ key: "nvidia.com/gpu", operator: "Exists" })],
    ["a toleration of the effect", tolerating({ ...gpuToleration, effect: "NoSchedule" })],
    ["a toleration of every taint", tolerating({ operator: "Exists" })],
    ["required nodes by value", required([byValue])],
    ["required nodes by label", required(exists(gpuLabel))],
    ["the label of the settings", gpuDeployment(own), { labels: ["example.com/gpu"] }],
    ["a DaemonSet of it", kindsWithPods["DaemonSet"]!(podSpec({ tolerations: [gpuToleration] }))],
    [
      "other tolerations of a pod without a GPU",
      without(...exists("node.kubernetes.io/not-ready"), {
        operator: "Exists",
        effect: "NoExecute",
      }),
    ],
    ["an empty node name", podWith({ nodeName: "" })],
    ["a node by the scheduler", { ...pod, props: { ...pod.props, status: { phase: "Running" } } }],
  ],
  fails: [
    ["no toleration", gpuDeployment({ tolerations: [] }), `asks for a GPU and ${noToleration}`],
    ["a toleration of another key", tolerating(...exists("example.com/gpu")), noToleration],
    ["another effect", tolerating({ ...gpuToleration, effect: "NoExecute" }), noToleration],
    ["a toleration of one value", tolerating({ ...present, value: "true" }), noToleration],
    ["no operator", tolerating({ ...present, operator: undefined }), noToleration],
    ["one value of any key", tolerating({ ...present, key: undefined }), noToleration],
    ["no selection of nodes", selecting({}), noSelection],
    ["another label", selecting({ nodeSelector: { "kubernetes.io/arch": "amd64" } }), noSelection],
    ["no label", required([{ key: gpuLabel, operator: "DoesNotExist" }]), noSelection],
    [
      "one of two alternatives",
      required(exists(gpuLabel), exists("kubernetes.io/arch")),
      noSelection,
    ],
    ["a preference alone", selecting({ affinity: { nodeAffinity: preferred } }), noSelection],
    ["a label that settings do not name", gpuDeployment(own), noSelection],
    [
      "a pod without a GPU that tolerates every taint",
      without({ operator: "Exists" }),
      "tolerates every taint, that of GPUs too,",
    ],
    ["a pod without a GPU that tolerates the taint", without(gpuToleration), "tolerates the taint"],
    ["a node by name", podWith({ nodeName: "gpu-node-1" }), byName],
    ["a node by name of a Pod", pod, byName],
    ["unknown tolerations", gpuDeployment({ tolerations: unknown }), "tolerations is not known"],
    ["unknown nodes", gpuDeployment({ nodeSelector: unknown }), "nodeSelector is not known"],
  ],
});
