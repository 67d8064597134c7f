import { describe, expect, it } from "vitest";
import { gpuClaims } from "../../../policy/rules/gpu/gpu-claims.ts";
import { gpuPriority } from "../../../policy/rules/gpu/gpu-priority.ts";
import { evaluateStack, unknown } from "../kit/evaluate.ts";
import { deployment, objectOf, podSpec } from "../kit/workloads.ts";
import { priorityClass, quota } from "./gpu-objects.ts";

type Fields = Record<string, unknown>;

const counted = quota({ "gpu.nvidia.com.deviceclass.resource.k8s.io/devices": "4" });

/** One GPU, in the way of the version 1 of the API; `changes` replace its fields. */
function exactly(changes: Fields = {}) {
  return { name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com", ...changes } };
}

function claim(...requests: unknown[]) {
  return objectOf("resource.k8s.io/ResourceClaim", { spec: { devices: { requests } } });
}

function template(...requests: unknown[]) {
  return objectOf("resource.k8s.io/ResourceClaimTemplate", {
    spec: { spec: { devices: { requests } } },
  });
}

describe("gpu-claims", () => {
  it.each([
    ["a claim", claim],
    ["a template of claims", template],
  ])("asks for a quota beside %s of a GPU, in the same namespace", (_, make) => {
    const made = make(exactly());
    for (const options of [{}, { unknownProvider: true }, { stackOnly: true }]) {
      expect(evaluateStack(gpuClaims, [made, counted], options)).toEqual([]);
      expect(evaluateStack(gpuClaims, [made], options)).toEqual([
        expect.stringContaining(
          "shop/cart: claims gpu.nvidia.com in shop, where no quota counts it. Fix: ",
        ),
      ]);
    }
    const other = quota(
      { "gpu.nvidia.com.deviceclass.resource.k8s.io/devices": "4" },
      {},
      { namespace: "other" },
    );
    expect(evaluateStack(gpuClaims, [made, other])).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ["several GPUs", exactly({ count: 8 }), "claims 8 of gpu.nvidia.com, where 1 may be"],
    ["all GPUs", exactly({ allocationMode: "All" }), "claims all of gpu.nvidia.com"],
    [
      "those of others",
      exactly({ adminAccess: true }),
      "claims gpu.nvidia.com with adminAccess, that of other pods too",
    ],
    [
      "several, before version 1 of the API",
      { name: "gpu", deviceClassName: "gpu.nvidia.com", count: 2 },
      "claims 2 of",
    ],
    [
      "several if there are",
      { name: "gpu", firstAvailable: [{ deviceClassName: "gpu.nvidia.com", count: 4 }] },
      "claims 4 of",
    ],
  ])("refuses a claim of %s", (_, request, says) => {
    expect(evaluateStack(gpuClaims, [template(request), counted])).toEqual([
      expect.stringContaining(says),
    ]);
  });

  it("leaves claims of other devices alone", () => {
    expect(
      evaluateStack(gpuClaims, [claim(exactly({ deviceClassName: "nic.example.com", count: 4 }))]),
    ).toEqual([]);
  });

  it("lets settings say which classes are GPUs, and how many a claim may have", () => {
    const config = { classes: ["nic.*"], devices: 4 };
    expect(evaluateStack(gpuClaims, [claim(exactly({ count: 8 }))], { config })).toEqual([]);
    const four = [claim(exactly({ count: 4 })), counted];
    expect(evaluateStack(gpuClaims, four, { config: { devices: 4 } })).toEqual([]);
  });

  it("refuses a class of GPUs by another name than rules know", () => {
    const classOf = (extendedResourceName?: string) =>
      objectOf(
        "resource.k8s.io/DeviceClass",
        { spec: { extendedResourceName } },
        { name: "gpu.nvidia.com", namespace: undefined },
      );
    expect(evaluateStack(gpuClaims, [classOf("example.com/card")])).toEqual([
      expect.stringContaining(
        "DeviceClass gpu.nvidia.com: lets pods ask for GPUs as example.com/card, which the rules about GPUs don't know",
      ),
    ]);
    expect(evaluateStack(gpuClaims, [classOf("nvidia.com/gpu")])).toEqual([]);
    expect(evaluateStack(gpuClaims, [classOf()])).toEqual([]);
  });

  it("says that it needs a literal where a class is unknown, and leaves an exempt claim alone", () => {
    expect(evaluateStack(gpuClaims, [claim(exactly({ deviceClassName: unknown }))])).toEqual([
      expect.stringContaining("deviceClassName is not known before the update"),
    ]);
    const exempt = [{ name: "cart", reason: "runs alone in its cluster" }];
    expect(evaluateStack(gpuClaims, [claim(exactly())], { config: { exempt } })).toEqual([]);
  });
});

describe("gpu-priority, of pods that claim GPUs", () => {
  const byTemplate = [{ name: "gpu", resourceClaimTemplateName: "cart" }];
  const byClaim = [{ name: "gpu", resourceClaimName: "cart" }];

  it.each([
    ["a template", byTemplate, template(exactly())],
    ["a claim", byClaim, claim(exactly())],
  ])("asks for their class where they name %s of the program", (_, resourceClaims, made) => {
    const workload = (changes: Fields) => deployment(podSpec({ resourceClaims, ...changes }));
    const named = workload({ priorityClassName: "gpu-standard" });
    expect(evaluateStack(gpuPriority, [named, made, priorityClass])).toEqual([]);
    expect(evaluateStack(gpuPriority, [workload({}), made, priorityClass])).toEqual([
      expect.stringContaining("asks for a GPU without priorityClassName"),
    ]);
    const other = claim(exactly({ deviceClassName: "nic.example.com" }));
    expect(evaluateStack(gpuPriority, [workload({}), other])).toEqual([]);
  });
});
