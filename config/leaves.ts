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
    requests: section("What the scheduler sets aside", {
      cpu: cpu(amounts.requests.cpu, "CPU set aside"),
      memory: memory(amounts.requests.memory, "Memory set aside"),
    }),
    limits: section("What the pod may use at most", {
      cpu: Type.String({
        pattern: `${cpuPattern}|^none$`,
        default: amounts.limits.cpu,
        description: "CPU at most, in CPU cores, or none",
      }),
      memory: memory(amounts.limits.memory, "Memory at most"),
    }),
  });
}
