import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Registration } from "./mocks.ts";

const gpu = { "nvidia.com/gpu": Type.Optional(Type.String()) };
const amounts = Type.Object({ cpu: Type.String(), memory: Type.String(), ...gpu });
const probe = Type.Optional(Type.Object({}));
const flag = Type.Optional(Type.Boolean());
const text = Type.Optional(Type.String());
const seccompProfile = Type.Optional(Type.Object({ type: Type.String() }));

const Container = Type.Object({
  image: Type.String(),
  securityContext: Type.Optional(
    Type.Object({
      allowPrivilegeEscalation: flag,
      privileged: flag,
      readOnlyRootFilesystem: flag,
      capabilities: Type.Optional(Type.Object({ drop: Type.Optional(Type.Array(Type.String())) })),
      seccompProfile,
    }),
  ),
  resources: Type.Object({
    requests: amounts,
    limits: Type.Object({ memory: Type.String(), ...gpu }),
  }),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
});
export type Container = Static<typeof Container>;

const PodSpec = Type.Object({
  serviceAccountName: text,
  automountServiceAccountToken: flag,
  hostNetwork: flag,
  hostPID: flag,
  hostIPC: flag,
  priorityClassName: text,
  terminationGracePeriodSeconds: Type.Optional(Type.Integer()),
  nodeSelector: Type.Optional(Type.Record(Type.String(), Type.String())),
  tolerations: Type.Optional(Type.Array(Type.Object({ key: text, operator: text }))),
  securityContext: Type.Optional(
    Type.Object({
      runAsNonRoot: flag,
      runAsUser: Type.Optional(Type.Integer()),
      seccompProfile,
    }),
  ),
  containers: Type.Array(Container, { minItems: 1 }),
  volumes: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        emptyDir: Type.Optional(Type.Object({ sizeLimit: text })),
        hostPath: Type.Optional(Type.Object({ path: Type.String() })),
      }),
    ),
  ),
});

const Templated = Type.Object({
  metadata: Type.Object({ namespace: Type.String() }),
  spec: Type.Object({ template: Type.Object({ spec: PodSpec }) }),
});

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/** The pods that a resource of that name makes. */
export interface Pod {
  readonly name: string;
  /** Of what makes them, e.g. `Deployment`. */
  readonly kind: string;
  readonly namespace: string;
  readonly spec: Static<typeof PodSpec>;
}

function kindOf({ type }: Registration): string {
  return type.split(":").at(-1) ?? "";
}

function podOf(resource: Registration): Pod {
  const { metadata, spec } = Value.Parse(Templated, resource.inputs);
  const { namespace } = metadata;
  return { name: resource.name, kind: kindOf(resource), namespace, spec: spec.template.spec };
}

/** Every pod template of a program; one that is none is an error, not a pass. */
export function podsOf(resources: readonly Registration[]): Pod[] {
  return resources.filter((resource) => kinds.includes(kindOf(resource))).map(podOf);
}
