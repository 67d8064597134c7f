import { Type, type Static } from "typebox";
import type { Sample } from "../series.ts";
import { Conditions, kind, Metadata, oneOf, OptionalText, samples } from "./kind.ts";

const Reason = Type.Optional(Type.Object({ reason: OptionalText }));

const ContainerStatus = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  restartCount: Type.Integer(),
  state: Type.Optional(Type.Object({ waiting: Reason })),
  lastState: Type.Optional(Type.Object({ terminated: Reason })),
});

const Pod = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ nodeName: OptionalText }),
  status: Type.Object({
    phase: Type.String(),
    podIP: OptionalText,
    hostIP: OptionalText,
    conditions: Conditions,
    containerStatuses: Type.Optional(Type.Array(ContainerStatus)),
  }),
});
type Pod = Static<typeof Pod>;

const phases = ["Pending", "Succeeded", "Failed", "Running", "Unknown"];

function ofContainer(
  pod: Readonly<Record<string, string>>,
  { name, ready, restartCount, state, lastState }: Static<typeof ContainerStatus>,
): Sample[] {
  const labels = { ...pod, container: name };
  const waits = state?.waiting?.reason;
  const ended = lastState?.terminated?.reason;
  return [
    ...samples(labels, {
      kube_pod_container_status_ready: ready ? 1 : 0,
      kube_pod_container_status_restarts_total: restartCount,
    }),
    ...(waits === undefined
      ? []
      : samples({ ...labels, reason: waits }, { kube_pod_container_status_waiting_reason: 1 })),
    ...(ended === undefined
      ? []
      : samples(
          { ...labels, reason: ended },
          { kube_pod_container_status_last_terminated_reason: 1 },
        )),
  ];
}

function infoOf({ metadata, spec, status }: Pod): Readonly<Record<string, string>> {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return {
    node: spec.nodeName ?? "",
    pod_ip: status.podIP ?? "",
    host_ip: status.hostIP ?? "",
    created_by_kind: owner?.kind ?? "",
    created_by_name: owner?.name ?? "",
  };
}

export const pods = [
  kind("/api/v1", "pods", {
    schema: Pod,
    samples: (pod): Sample[] => {
      const { metadata, status } = pod;
      const labels = { namespace: metadata.namespace, pod: metadata.name, uid: metadata.uid };
      const ready = status.conditions?.find(({ type }) => type === "Ready")?.status;
      return [
        ...samples({ ...labels, ...infoOf(pod) }, { kube_pod_info: 1 }),
        ...oneOf("kube_pod_status_phase", labels, { label: "phase", is: status.phase, of: phases }),
        ...(ready === undefined
          ? []
          : oneOf("kube_pod_status_ready", labels, {
              label: "condition",
              is: ready.toLowerCase(),
              of: ["true", "false", "unknown"],
            })),
        ...(status.containerStatuses ?? []).flatMap((container) => ofContainer(labels, container)),
      ];
    },
  }),
];
