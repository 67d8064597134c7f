import {
  cpuLimits,
  emptyDirLimits,
  resourceRatio,
  resources,
} from "../../../policy/rules/containers/resources.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, containerWith, podWith } from "../kit/workloads.ts";

const most = { cpu: "1", memory: "1Gi" };
const asking = (requests: unknown) => containerWith({ resources: { requests, limits: most } });
const limited = (limits: unknown) => containerWith({ resources: { requests: most, limits } });
const debugged = podWith({ ephemeralContainers: [{ name: "debug", resources: {} }] });

describeRule(resources, {
  passes: [["a container put in by hand, which can't ask", debugged]],
  fails: [
    ["nothing", asking(undefined), ["has no request for cpu. Fix", "no request for memory"]],
    ["no CPU", asking({ memory: "1Gi" }), 'container "main" has no request for cpu'],
    ["zero", asking({ ...most, cpu: "0" }), "has a request for cpu of zero"],
    ["zero with a unit", asking({ ...most, memory: "0Mi" }), "request for memory of zero"],
    ["no quantity", asking({ ...most, memory: "1 GB" }), "for memory that is no quantity"],
    ["a negative amount", asking({ ...most, cpu: -1 }), "for cpu that is no quantity"],
    [
      "nothing of an init container",
      podWith({ initContainers: [container({ resources: {} })] }),
      ['init container "main" has no request for cpu', "for memory", "no limit for memory"],
    ],
    ["no limit", limited(undefined), 'container "main" has no limit for memory. Fix: set'],
    ["a limit of zero", limited({ memory: 0 }), "has a limit for memory of zero"],
    ["millionths", limited({ memory: "512m" }), "for memory of 512m, less than a mebibyte"],
    ["bytes", limited({ memory: 512 }), "for memory of 512, less than a mebibyte"],
  ],
});

const exempt = [{ name: "cart", container: "main", reason: "may use what others leave" }];

describeRule(cpuLimits, {
  passes: [["an exempt container", limited({}), { exempt }]],
  fails: [
    ["nothing", limited(undefined), 'container "main" has no limit for cpu. Fix: set'],
    ["zero", limited({ cpu: "0" }), "has a limit for cpu of zero"],
    ["no quantity", limited({ cpu: "one" }), "has a limit for cpu that is no quantity"],
  ],
});

const memory = (request: unknown, limit: unknown) =>
  containerWith({ resources: { requests: { memory: request }, limits: { memory: limit } } });
const both = (resource: string, request: string, limit: string) =>
  containerWith({
    resources: { requests: { [resource]: request }, limits: { [resource]: limit } },
  });

describeRule(resourceRatio, {
  passes: [
    ["as much", memory("1Gi", "1024Mi")],
    ["four times as much", memory("256Mi", "1Gi")],
    ["no request, for another rule", memory(undefined, "1Gi")],
    ["no limit, for another rule", memory("1Gi", undefined)],
    ["a request of zero, for another rule", memory("0", "1Gi")],
    ["any amount of CPU, which is taken back without a kill", both("cpu", "10m", "4")],
    ["a setting that allows more", memory("1Gi", "8Gi"), { maxMemoryRatio: 8 }],
  ],
  fails: [
    ["more", memory("1Gi", "8Gi"), "may take 8 times the memory that it asks for, more than 4."],
    ["a little more", memory("256Mi", "1025Mi"), "may take 4 times the memory"],
    ["less", memory("1Gi", "1G"), "asks for more memory than its limit"],
    ["less CPU", both("cpu", "2", "1"), "asks for more cpu than its limit"],
    ["fewer GPUs", both("nvidia.com/gpu", "2", "1"), "asks for more nvidia.com/gpu than"],
  ],
});

const emptyDir = (fields: unknown) => podWith({ volumes: [{ name: "scratch", emptyDir: fields }] });
describeRule(emptyDirLimits, {
  passes: [
    ["a limit on disk", emptyDir({ sizeLimit: "100Gi" })],
    ["a limit in memory", emptyDir({ medium: "Memory", sizeLimit: "64Mi" })],
    ["other volumes", podWith({ volumes: [{ name: "config", configMap: { name: "cart" } }] })],
    ["no volumes", podWith({ volumes: undefined })],
  ],
  fails: [
    ["none", emptyDir({}), 'emptyDir "scratch" has no sizeLimit. Fix: set emptyDir.sizeLimit'],
    ["none of a volume without a source", podWith({ volumes: [{ name: "x" }] }), "has no sizeLimi"],
    ["none in memory", emptyDir({ medium: "Memory" }), "has no sizeLimit"],
    ["zero", emptyDir({ sizeLimit: "0" }), "has a sizeLimit of zero"],
    ["no quantity", emptyDir({ sizeLimit: "64MiB" }), "has a sizeLimit that is no quantity"],
    ["too much", emptyDir({ sizeLimit: "101Gi" }), "has a sizeLimit of more than 100Gi"],
  ],
});
