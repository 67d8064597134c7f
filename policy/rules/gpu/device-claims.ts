import { Type } from "typebox";
import { at, isPresent, listAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import type { Pod } from "../../kit/pods.ts";
import { isKind, type Subject } from "../../kit/subject.ts";

/** What a claim asks of one class of devices. */
export interface DeviceRequest {
  readonly deviceClass: string;
  readonly count: unknown;
  readonly takesAll: boolean;
  readonly isAdmin: boolean;
}

export const deviceClasses = Type.Array(Type.String(), {
  default: ["*gpu*", "mig.*"],
  description: "Names of device classes that are GPUs or parts of one; `*` stands for any text.",
});

/** Version 1 of the API has the class under `exactly`; older ones have it in the request itself. */
function alternativesOf(request: unknown): readonly unknown[] {
  if (isPresent(request, "firstAvailable")) return listAt(request, "firstAvailable");
  return [isPresent(request, "exactly") ? at(request, "exactly") : request];
}

/** What a claim, or a template of claims, asks of classes with GPUs. */
export function gpuClaimsOf(subject: Subject, classes: readonly string[]): DeviceRequest[] {
  const isTemplate = isKind(subject, "resource.k8s.io/ResourceClaimTemplate");
  if (!isTemplate && !isKind(subject, "resource.k8s.io/ResourceClaim")) return [];
  const spec = at(subject.props, "spec");
  const requests = listAt(isTemplate ? at(spec, "spec") : spec, "devices", "requests");
  return requests.flatMap(alternativesOf).flatMap((one): DeviceRequest[] => {
    const deviceClass = textAt(one, "deviceClassName") ?? "";
    if (!matchesAny(classes, deviceClass)) return [];
    return [
      {
        deviceClass,
        count: at(one, "count") ?? 1,
        takesAll: textAt(one, "allocationMode") === "All",
        isAdmin: at(one, "adminAccess") === true,
      },
    ];
  });
}

/** The claims, and the templates for them, that a pod names: `ResourceClaim gpu`. */
export function claimNamesOf({ spec }: Pod): string[] {
  return listAt(spec, "resourceClaims").flatMap((claim) =>
    ["ResourceClaim", "ResourceClaimTemplate"].flatMap((kind) => {
      const name = textAt(claim, `r${kind.slice(1)}Name`);
      return name === undefined ? [] : [`${kind} ${name}`];
    }),
  );
}
