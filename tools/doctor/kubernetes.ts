import { Type, type Static, type TSchema } from "typebox";
import { parseAs } from "../parse.ts";

/** Kubernetes writes a time that is not set as null. */
const Time = Type.Union([Type.String(), Type.Null()]);

const Metadata = Type.Object({
  name: Type.String(),
  namespace: Type.Optional(Type.String()),
  creationTimestamp: Type.Optional(Time),
  deletionTimestamp: Type.Optional(Time),
  deletionGracePeriodSeconds: Type.Optional(Type.Integer()),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
});

const Condition = Type.Object({
  type: Type.String(),
  status: Type.String(),
  reason: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  lastTransitionTime: Type.Optional(Time),
});
export type Condition = Static<typeof Condition>;

const Terminated = Type.Object({
  exitCode: Type.Integer(),
  reason: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  finishedAt: Type.Optional(Time),
});

const ContainerState = Type.Object({
  waiting: Type.Optional(
    Type.Object({ reason: Type.Optional(Type.String()), message: Type.Optional(Type.String()) }),
  ),
  running: Type.Optional(Type.Object({ startedAt: Type.Optional(Time) })),
  terminated: Type.Optional(Terminated),
});

const ContainerStatus = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  restartCount: Type.Integer(),
  image: Type.String(),
  state: Type.Optional(ContainerState),
  lastState: Type.Optional(ContainerState),
});
export type ContainerStatus = Static<typeof ContainerStatus>;

const conditions = Type.Optional(Type.Array(Condition));

/** What the checks read of each kind; everything else of an object is let through. */
const schemas = {
  nodes: Type.Object({
    metadata: Metadata,
    spec: Type.Object({ unschedulable: Type.Optional(Type.Boolean()) }),
    status: Type.Object({ conditions }),
  }),
  pods: Type.Object({
    metadata: Metadata,
    spec: Type.Object({ nodeName: Type.Optional(Type.String()) }),
    status: Type.Object({
      phase: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
      conditions,
      containerStatuses: Type.Optional(Type.Array(ContainerStatus)),
      initContainerStatuses: Type.Optional(Type.Array(ContainerStatus)),
    }),
  }),
  deployments: Type.Object({ metadata: Metadata, status: Type.Object({ conditions }) }),
  jobs: Type.Object({ metadata: Metadata, status: Type.Object({ conditions }) }),
  persistentvolumeclaims: Type.Object({
    metadata: Metadata,
    status: Type.Object({ phase: Type.Optional(Type.String()) }),
  }),
  resourcequotas: Type.Object({
    metadata: Metadata,
    status: Type.Object({
      hard: Type.Optional(Type.Record(Type.String(), Type.String())),
      used: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  }),
  horizontalpodautoscalers: Type.Object({
    metadata: Metadata,
    spec: Type.Object({ maxReplicas: Type.Integer() }),
    status: Type.Object({ currentReplicas: Type.Optional(Type.Integer()), conditions }),
  }),
  scaledobjects: Type.Object({
    metadata: Metadata,
    status: Type.Optional(Type.Object({ conditions })),
  }),
} as const satisfies Record<string, TSchema>;

function readerOf<T extends TSchema>(schema: T) {
  return (object: unknown, what: string): Static<T> => parseAs(schema, object, what);
}

const readers = {
  nodes: readerOf(schemas.nodes),
  pods: readerOf(schemas.pods),
  deployments: readerOf(schemas.deployments),
  jobs: readerOf(schemas.jobs),
  persistentvolumeclaims: readerOf(schemas.persistentvolumeclaims),
  resourcequotas: readerOf(schemas.resourcequotas),
  horizontalpodautoscalers: readerOf(schemas.horizontalpodautoscalers),
  scaledobjects: readerOf(schemas.scaledobjects),
};

export type Kind = keyof typeof readers;
type Items = { readonly [K in Kind]: ReturnType<(typeof readers)[K]> };
export type Item<K extends Kind> = Items[K];

/**
 * Reads an object of each kind; throws when it is not as expected. A reader for each, since of `schemas[kind]` the
 * compiler would work out what any schema at all may be, which takes as long as the rest of this repository.
 */
export const kinds: { readonly [K in Kind]: (object: unknown, what: string) => Item<K> } = readers;

export type Node = Item<"nodes">;
export type Pod = Item<"pods">;
export type Volume = Item<"persistentvolumeclaims">;
export type Quota = Item<"resourcequotas">;
export type Autoscaler = Item<"horizontalpodautoscalers">;
export type ScaledObject = Item<"scaledobjects">;

export function conditionOf(
  { conditions }: { readonly conditions?: readonly Condition[] | undefined },
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** `namespace/name`, as kubectl prints it. */
export function nameOf({ metadata }: { readonly metadata: Static<typeof Metadata> }): string {
  const { namespace, name } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
