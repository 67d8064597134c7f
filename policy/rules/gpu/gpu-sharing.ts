import { Type } from "typebox";
import type { Framework } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report } from "../../kit/rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

const devicePlugin: Framework = {
  name: "NVIDIA device plugin for Kubernetes",
  version: "0.20",
  reference: "https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus",
  specification: "Shared access to GPUs: time-slicing",
};

interface Limits {
  readonly most: number;
}

function sliceFault(count: unknown, { most }: Limits): string | undefined {
  const slices = Number(count);
  if (Number.isInteger(slices) && slices >= 2 && slices <= most) return undefined;
  return `shares a GPU among ${JSON.stringify(count)} pods, where 2 to ${most} are right`;
}

function checkGke(config: unknown, report: Report, limits: Limits): void {
  for (const i of listAt(config, "guestAccelerators").keys()) {
    const sharing = at(config, "guestAccelerators", i, "gpuSharingConfig");
    if (!isPresent(sharing)) continue;
    const fault = sliceFault(at(sharing, "maxSharedClientsPerGpu") ?? 0, limits);
    if (fault !== undefined) report(fault);
  }
}

/** JSON and YAML alike, so that the pack needs no parser of YAML. */
function checkDevicePlugin(text: string, report: Report, limits: Limits): void {
  for (const [, count] of text.matchAll(/\breplicas"?\s*:\s*"?([^\s,"}]+)/g)) {
    const fault = sliceFault(Number(count), limits);
    if (fault !== undefined) report(fault);
  }
  if (!/\bfailRequestsGreaterThanOne"?\s*:\s*true\b/.test(text)) {
    report(
      "gives pods that ask for two slices of a shared GPU no more than one, and does not say so",
    );
  }
}

/** Other data of a ConfigMap may be unknown in a preview, and is none of this rule's concern. */
function sharingFiles({ props }: Subject): readonly string[] {
  return keysAt(props, "data").flatMap((key) => {
    const text = ifKnown(() => textAt(props, "data", key)) ?? "";
    return /\b(?:timeSlicing|mps)"?\s*:/.test(text) && /\breplicas"?\s*:/.test(text) ? [text] : [];
  });
}

export const gpuSharing = resourceRule({
  name: "gpu-sharing",
  title: "Shared GPUs are shared among a sensible number of pods",
  why: "Clouds refuse fewer than 2 and more than 48 sharers when the pool is made, and a device plugin that lets pods ask for two slices gives them one.",
  fix: "set maxSharedClientsPerGpu, or replicas of the device plugin, within the limits, and failRequestsGreaterThanOne to true",
  severity: "low",
  frameworks: [devicePlugin],
  config: Type.Object({
    most: Type.Integer({
      minimum: 2,
      maximum: 48,
      default: 48,
      description: "The most pods that may share a GPU. GKE has a limit of 48.",
    }),
  }),
  check: (subject, report, limits) => {
    const { type, props } = subject;
    if (type === "gcp:container/nodePool:NodePool")
      checkGke(at(props, "nodeConfig"), report, limits);
    if (type === "gcp:container/cluster:Cluster") {
      for (const i of listAt(props, "nodePools").keys()) {
        checkGke(at(props, "nodePools", i, "nodeConfig"), report, limits);
      }
    }
    if (!isKind(subject, "ConfigMap")) return;
    for (const text of sharingFiles(subject)) checkDevicePlugin(text, report, limits);
  },
});
