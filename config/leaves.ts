import { Type } from "typebox";
import { cpuPattern, memoryPattern } from "./units.ts";

/** The kinds of value that the schema is made of, each with its unit in the description. */

export function cpu(value: string, description: string) {
  return Type.String({
    pattern: cpuPattern,
    default: value,
    description: `${description}, in CPU cores (500m is half a core)`,
  });
}

export function memory(value: string, description: string) {
  return Type.String({
    pattern: memoryPattern,
    default: value,
    description: `${description}, in bytes with Ki, Mi, Gi or Ti`,
  });
}

export function count(value: number, range: { min: number; max: number }, description: string) {
  return Type.Integer({
    minimum: range.min,
    maximum: range.max,
    default: value,
    description,
  });
}

export function flag(value: boolean, description: string) {
  return Type.Boolean({ default: value, description });
}

export function nodePort(value: number, description: string) {
  return Type.Integer({
    minimum: 30000,
    maximum: 32767,
    default: value,
    description: `Node port of ${description}`,
  });
}

/** An object of the stack file: unknown keys are refused, a missing one is filled with defaults. */
export function section<P extends Parameters<typeof Type.Object>[0]>(
  description: string,
  properties: P,
) {
  return Type.Object(properties, { additionalProperties: false, default: {}, description });
}

/** A section that stands in for something else when it is there, so its keys have no defaults. */
export function optionalSection<P extends Parameters<typeof Type.Object>[0]>(
  description: string,
  properties: P,
) {
  return Type.Optional(Type.Object(properties, { additionalProperties: false, description }));
}

interface Amounts {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

export function resources(of: string, amounts: Amounts) {
  return section(`CPU and memory of each pod of ${of}`, {
    requests: section("What the scheduler reserves", {
      cpu: cpu(amounts.requests.cpu, "Reserved CPU"),
      memory: memory(amounts.requests.memory, "Reserved memory"),
    }),
    limits: section("Limits of the pod", {
      cpu: Type.String({
        pattern: `${cpuPattern}|^none$`,
        default: amounts.limits.cpu,
        description: "CPU limit in CPU cores, or none",
      }),
      memory: memory(amounts.limits.memory, "Memory limit"),
    }),
  });
}

/** How many pods: an autoscaler moves between the bounds; equal ones fix the number. */
export function replicas(of: string, bounds: { min: number; max: number; least?: number }) {
  const { least = 0 } = bounds;
  return section(
    `Pods of ${of}: an autoscaler moves between the bounds; equal ones fix the number`,
    {
      min: count(bounds.min, { min: least, max: 500 }, "Minimum number of pods"),
      max: count(bounds.max, { min: least, max: 500 }, "Maximum number of pods"),
    },
  );
}

/** A count of pods, or a share of them. */
function podsOrShare(description: string) {
  return Type.Optional(Type.String({ pattern: "^([0-9]+|[0-9]{1,2}%|100%)$", description }));
}

/** How many pods an eviction may take: one of the two, by count ("1") or by share ("50%"). */
export function budget(of: string) {
  return section(
    `Pods of ${of} that may be evicted at once; maxUnavailable "1" when neither is set`,
    {
      minAvailable: podsOrShare(
        'Pods that must stay available, as a count ("1") or a share ("50%")',
      ),
      maxUnavailable: podsOrShare(
        'Pods that may be unavailable at once, as a count ("1") or a share ("50%")',
      ),
    },
  );
}

/** Addresses in CIDR notation. */
export function cidr(value: string, description: string) {
  return Type.String({ pattern: cidrPattern, default: value, description });
}

export const cidrPattern = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$";

export function optionalVersion(description: string) {
  return Type.Optional(Type.String({ pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+$", description }));
}
