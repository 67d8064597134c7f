import { Type } from "typebox";
import { kind, Metadata, OptionalCount, samples } from "./kind.ts";

const status = Type.Object({
  replicas: OptionalCount,
  readyReplicas: OptionalCount,
  availableReplicas: OptionalCount,
  unavailableReplicas: OptionalCount,
  updatedReplicas: OptionalCount,
  observedGeneration: OptionalCount,
});

const Replicated = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ replicas: OptionalCount }),
  status,
});

const Daemon = Type.Object({
  metadata: Metadata,
  status: Type.Object({
    desiredNumberScheduled: Type.Integer(),
    currentNumberScheduled: Type.Integer(),
    numberReady: Type.Integer(),
    numberAvailable: OptionalCount,
    numberUnavailable: OptionalCount,
  }),
});

/** The kinds whose controllers keep a number of pods. A count that the API leaves out is zero. */
export const workloads = [
  kind("/apis/apps/v1", "deployments", {
    schema: Replicated,
    samples: ({ metadata: { name, namespace, generation }, spec, status: now }) =>
      samples(
        { namespace, deployment: name },
        {
          kube_deployment_spec_replicas: spec.replicas,
          kube_deployment_status_replicas: now.replicas ?? 0,
          kube_deployment_status_replicas_ready: now.readyReplicas ?? 0,
          kube_deployment_status_replicas_available: now.availableReplicas ?? 0,
          kube_deployment_status_replicas_unavailable: now.unavailableReplicas ?? 0,
          kube_deployment_status_replicas_updated: now.updatedReplicas ?? 0,
          kube_deployment_metadata_generation: generation,
          kube_deployment_status_observed_generation: now.observedGeneration,
        },
      ),
  }),
  kind("/apis/apps/v1", "statefulsets", {
    schema: Replicated,
    samples: ({ metadata: { name, namespace }, spec, status: now }) =>
      samples(
        { namespace, statefulset: name },
        {
          kube_statefulset_replicas: spec.replicas,
          kube_statefulset_status_replicas: now.replicas ?? 0,
          kube_statefulset_status_replicas_ready: now.readyReplicas ?? 0,
          kube_statefulset_status_replicas_available: now.availableReplicas ?? 0,
          kube_statefulset_status_replicas_updated: now.updatedReplicas ?? 0,
        },
      ),
  }),
  kind("/apis/apps/v1", "daemonsets", {
    schema: Daemon,
    samples: ({ metadata: { name, namespace }, status: now }) =>
      samples(
        { namespace, daemonset: name },
        {
          kube_daemonset_status_desired_number_scheduled: now.desiredNumberScheduled,
          kube_daemonset_status_current_number_scheduled: now.currentNumberScheduled,
          kube_daemonset_status_number_ready: now.numberReady,
          kube_daemonset_status_number_available: now.numberAvailable ?? 0,
          kube_daemonset_status_number_unavailable: now.numberUnavailable ?? 0,
        },
      ),
  }),
];
