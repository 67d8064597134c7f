import { Type } from "typebox";
import { kind, Metadata, oneOf, samples } from "./kind.ts";
import { bytesOf } from "./quantity.ts";

const Claim = Type.Object({
  metadata: Metadata,
  spec: Type.Object({
    resources: Type.Object({ requests: Type.Object({ storage: Type.String() }) }),
  }),
  status: Type.Object({ phase: Type.String() }),
});

export const claims = [
  kind("/api/v1", "persistentvolumeclaims", {
    schema: Claim,
    samples: ({ metadata, spec, status }) => {
      const labels = { namespace: metadata.namespace, persistentvolumeclaim: metadata.name };
      return [
        ...oneOf("kube_persistentvolumeclaim_status_phase", labels, {
          label: "phase",
          is: status.phase,
          of: ["Pending", "Bound", "Lost"],
        }),
        ...samples(labels, {
          kube_persistentvolumeclaim_resource_requests_storage_bytes: bytesOf(
            spec.resources.requests.storage,
          ),
        }),
      ];
    },
  }),
];
