import { autoscalerBounds } from "../../../policy/rules/availability/autoscaler-bounds.ts";
import { withFields } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";
import { autoscaler, patchOf, queueScaler } from "./shop.ts";

const asksForNothing = container({ name: "idle", resources: {} });
const asksForCpu = container({ resources: { requests: { cpu: "1" } } });
const limited = container({ resources: { limits: { cpu: "1" } } });
const of = (...containers: object[]) => deployment(podSpec({ containers }));
const after = (...initContainers: object[]) => deployment(podSpec({ initContainers }));
const cpuRequest = "spec.template.spec.containers.0.resources.requests.cpu";

const share = { type: "Utilization", averageUtilization: 70 };
const average = { type: "AverageValue", averageValue: "1Gi" };
const byMetric = (type: string, section: object) => autoscaler({ metrics: [{ type, ...section }] });
const byMemory = (target: object) => byMetric("Resource", { resource: { name: "memory", target } });
const byDepth = (external: object) => byMetric("External", { external });
const between = (minReplicas?: number, maxReplicas?: number) =>
  autoscaler({ minReplicas, maxReplicas });

const byShare = { type: "cpu", metricType: "Utilization", metadata: { value: "60" } };
const unsaid = { ...byShare, metricType: undefined };

const noMetric = "shop/cart: says nothing of what it scales by";
const idle = 'measures cpu, of which container "idle" requests nothing';
const idleCpu = 'triggers.0 measures cpu, of which container "idle" requests nothing';
const tooHigh = "may go up to 100 pods, more than 5";
const own = { maxReplicas: 5 };

describeRule(autoscalerBounds, {
  passes: [
    ["bounds with metrics", [deployment(), autoscaler()]],
    ["no least number, which is one", between(undefined, 6)],
    ["an average that needs no requests", [of(asksForNothing), byMemory(average)]],
    ["limits, which are requests too", [of(limited), autoscaler()]],
    ["unknown requests", [withFields(deployment(), { [cpuRequest]: unknown }), autoscaler()]],
    ["init containers that ask for nothing", [after(asksForNothing), autoscaler()]],
    ["a metric from outside", byDepth({ metric: { name: "depth" }, target: { value: "5" } })],
    ["a patch, which need not say everything", patchOf(autoscaler({ metrics: undefined }))],
    ["the bounds of the settings", between(2, 5), own],
    ["none while nothing waits", [of(asksForNothing), queueScaler()]],
    ["one that comes and goes", queueScaler({ maxReplicaCount: 1 })],
    ["none, whatever the least of the settings", queueScaler({ maxReplicaCount: 5 }), own],
    ["a share that is requested", [deployment(), queueScaler({ triggers: [byShare] })]],
  ],
  fails: [
    ["no pods at the least", between(0, 6), "may go down to 0 pods"],
    ["a most below the least", between(2, 1), "up to 1 pods, so that it never scales"],
    ["one pod at the most", between(1, 1), "may go up to 1 pods, so that it never scales"],
    ["no most", between(2), "up to 0 pods, so that it never scales"],
    ["a most as high as the least", between(3, 3), "up to 3 pods, so that it never scales"],
    ["too high a most", between(2, 101), "may go up to 101 pods, more than 100"],
    ["more than the most of the settings", between(2, 6), "up to 6 pods, more than 5", own],
    ["an unknown most", autoscaler({ maxReplicas: unknown }), "spec.maxReplicas is not known"],
    ["no metrics", autoscaler({ metrics: undefined }), noMetric],
    ["an empty list of metrics", autoscaler({ metrics: [] }), noMetric],
    ["a container without requests", [of(container(), asksForNothing), autoscaler()], idle],
    [
      "a sidecar without requests",
      [after({ ...asksForNothing, restartPolicy: "Always" }), autoscaler()],
      'metrics.0 measures cpu, of which sidecar "idle" requests nothing',
    ],
    [
      "a container that does not request what is measured",
      [of(asksForCpu), byMemory(share)],
      'metrics.0 measures memory, of which container "main" requests nothing',
    ],
    ["no most of what waits", queueScaler({ maxReplicaCount: undefined }), tooHigh, own],
    ["nothing that waits", queueScaler({ triggers: [] }), noMetric],
    ["a share of nothing", [of(asksForNothing), queueScaler({ triggers: [unsaid] })], idleCpu],
  ],
});
