import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { keysAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { deviceClasses, gpuClaimsOf, type DeviceRequest } from "./device-claims.ts";
import { gpuResources } from "./gpu-requests.ts";

interface Fact {
  readonly namespace: string;
  readonly requests: readonly DeviceRequest[];
  /** Device classes that it counts, if it is a quota. */
  readonly counted: readonly string[];
}

const settings = {
  classes: deviceClasses,
  resources: gpuResources,
  devices: Type.Integer({
    minimum: 1,
    default: 1,
    description: "How many devices one request of a claim may have.",
  }),
};

/** As a quota writes it: `gpu.nvidia.com.deviceclass.resource.k8s.io/devices`. */
const perClass = ".deviceclass.resource.k8s.io/devices";

function collect(subject: Subject, { classes }: { readonly classes: readonly string[] }) {
  // What is unknown is reported once, where the claim itself is judged.
  const requests = ifKnown(() => gpuClaimsOf(subject, classes)) ?? [];
  const counted = isKind(subject, "ResourceQuota")
    ? keysAt(subject.props, "spec", "hard").flatMap((key) =>
        key.endsWith(perClass) ? [key.slice(0, -perClass.length)] : [],
      )
    : [];
  if (requests.length + counted.length === 0) return undefined;
  return { namespace: namespaceOf(subject.props), requests, counted };
}

function faults({ deviceClass, count, takesAll, isAdmin }: DeviceRequest, devices: number) {
  const said: string[] = [];
  if (isAdmin) said.push(`claims ${deviceClass} with adminAccess, that of other pods too`);
  if (takesAll) said.push(`claims all of ${deviceClass} that a node has`);
  else if (Number(count) > devices) {
    said.push(`claims ${String(count)} of ${deviceClass}, where ${String(devices)} may be`);
  }
  return said;
}

export const gpuClaims = stackRule<Fact, typeof settings>({
  name: "gpu-claims",
  title: "Claims of GPUs are for one, and are counted",
  why: "A pod can get a GPU by a claim of devices as well as by a resource: quotas of resources don't count those, and one claim may take all GPUs of a node, or those of others.",
  fix: "set count to 1 without adminAccess, and count <class>.deviceclass.resource.k8s.io/devices in a ResourceQuota of the namespace",
  severity: "high",
  frameworks: [
    kubernetesDocs("Dynamic Resource Allocation"),
    kubernetesDocs("Resource Quotas: quota for resource claims"),
  ],
  config: Type.Object(settings),
  check: (subject, report, { classes, resources, devices }) => {
    for (const request of gpuClaimsOf(subject, classes)) {
      for (const problem of faults(request, devices)) report(problem);
    }
    if (!isKind(subject, "resource.k8s.io/DeviceClass")) return;
    const name = textAt(subject.props, "spec", "extendedResourceName") ?? "";
    if (!matchesAny(classes, subject.name) || name === "" || matchesAny(resources, name)) return;
    report(`lets pods ask for GPUs as ${name}, which the rules about GPUs don't know`);
  },
  collect,
  evaluate: (found, report) => {
    for (const { subject, fact } of found) {
      const inNamespace = found.filter((one) => one.fact.namespace === fact.namespace);
      const counted = new Set(inNamespace.flatMap((one) => one.fact.counted));
      const missing = fact.requests
        .map((one) => one.deviceClass)
        .filter((one) => !counted.has(one));
      for (const deviceClass of new Set(missing)) {
        report(subject, `claims ${deviceClass} in ${fact.namespace}, where no quota counts it`);
      }
    }
  },
});
