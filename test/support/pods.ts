import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Registration } from "./mocks.ts";

const amounts = Type.Object({ cpu: Type.String(), memory: Type.String() });
const probe = Type.Optional(Type.Object({}));

const Container = Type.Object({
  image: Type.String(),
  securityContext: Type.Object({
    allowPrivilegeEscalation: Type.Boolean(),
    readOnlyRootFilesystem: Type.Boolean(),
    capabilities: Type.Object({ drop: Type.Array(Type.String()) }),
  }),
  resources: Type.Object({
    requests: amounts,
    limits: Type.Object({ memory: Type.String() }),
  }),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
});

const PodSpec = Type.Object({
  serviceAccountName: Type.String(),
  automountServiceAccountToken: Type.Boolean(),
  priorityClassName: Type.String(),
  terminationGracePeriodSeconds: Type.Integer(),
  securityContext: Type.Object({
    runAsNonRoot: Type.Boolean(),
    runAsUser: Type.Integer(),
    seccompProfile: Type.Object({ type: Type.String() }),
  }),
  containers: Type.Array(Container, { minItems: 1 }),
  volumes: Type.Array(
    Type.Object({
      name: Type.String(),
      emptyDir: Type.Optional(Type.Object({ sizeLimit: Type.Optional(Type.String()) })),
      secret: Type.Optional(Type.Object({})),
    }),
  ),
});

const Templated = Type.Object({
  spec: Type.Object({ template: Type.Object({ spec: PodSpec }) }),
});

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/** The pods that a resource of that name makes. */
export interface Pod {
  readonly name: string;
  readonly spec: Static<typeof PodSpec>;
}

/** Every pod template of a program; one that lacks what the tests look at is an error, not a pass. */
export function podsOf(resources: readonly Registration[]): Pod[] {
  return resources
    .filter(({ type }) => kinds.includes(type.split(":").at(-1) ?? ""))
    .map(({ name, inputs }) => ({
      name,
      spec: Value.Parse(Templated, inputs).spec.template.spec,
    }));
}
