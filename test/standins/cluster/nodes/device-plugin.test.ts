import { expect, it } from "vitest";
import { sharingFile } from "../../../../infra/eks/device-plugin-spec.ts";
import { sharingOf } from "./device-plugin.ts";

function configOf(slicesPerGpu: number): string {
  return Object.values(sharingFile({ slicesPerGpu })).join("");
}

it("GPUs are shared as the platform's own configuration says", () => {
  expect(sharingOf(configOf(4))).toEqual({ replicas: 4, refusesSeveral: true });
  expect(sharingOf(configOf(1))).toEqual({ replicas: 1, refusesSeveral: false });
});
