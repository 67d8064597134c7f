import { sharingFile } from "../../../infra/eks/device-plugin-spec.ts";
import { gpuSharing } from "../../../policy/rules/gpu/gpu-sharing.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { objectOf } from "../kit/workloads.ts";
import { gkePool } from "./gpu-objects.ts";

function shared(maxSharedClientsPerGpu: unknown) {
  const gpuSharingConfig = { maxSharedClientsPerGpu };
  return gkePool({}, { guestAccelerators: [{ type: "nvidia-l4", count: 1, gpuSharingConfig }] });
}

function plugin(text: unknown) {
  return objectOf("ConfigMap", { data: { "config.yaml": text } }, { name: "device-plugin" });
}

function yaml(replicas: number, refusesMore = true) {
  return `version: v1
sharing:
  timeSlicing:
    failRequestsGreaterThanOne: ${refusesMore}
    resources:
      - name: nvidia.com/gpu
        replicas: ${replicas}
`;
}

const json = JSON.stringify({ sharing: { timeSlicing: { resources: [{ replicas: 4 }] } } });

describeRule(gpuSharing, {
  passes: [
    ...[2, 4, 48].flatMap((count) => [
      [`${count} pods on a GPU of GKE`, shared(count)] as const,
      [`${count} pods on a GPU of a device plugin`, plugin(yaml(count))] as const,
      [
        `${count} pods on a GPU of our device plugin`,
        objectOf("ConfigMap", { data: sharingFile({ slicesPerGpu: count }) }),
      ] as const,
    ]),
    ["a GPU of its own", gkePool({}, { guestAccelerators: [{ type: "nvidia-l4", count: 1 }] })],
    ["a file about something else", plugin("replicas: 900")],
    ["an unknown file", plugin(unknown)],
  ],
  fails: [
    ...[1, 0, 49, 2.5].flatMap((count) => {
      const says = `shares a GPU among ${count} pods, where 2 to 48 are right`;
      return [
        [`${count} pods on a GPU of GKE`, shared(count), says] as const,
        [`${count} pods on a GPU of a device plugin`, plugin(yaml(count)), says] as const,
      ];
    }),
    ["a device plugin that grants two slices", plugin(yaml(4, false)), "ask for two slices"],
    ["the same as JSON", plugin(json), "ask for two slices"],
    ["an unknown number", shared(unknown), "maxSharedClientsPerGpu is not known"],
  ],
});
