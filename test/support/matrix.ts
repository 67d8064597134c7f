import { Type } from "typebox";
import { Value } from "typebox/value";
import { edgesOf } from "./edges.ts";
import type { Registration } from "./mocks.ts";

/** One question to the network: do packets of this app's pods reach that port? */
export interface Cell {
  /** `namespace/app` of the pods that ask. */
  readonly from: string;
  /** Fully qualified name of the Service that is asked. */
  readonly host: string;
  readonly port: number;
  readonly allowed: boolean;
}

const Service = Type.Object({
  metadata: Type.Object({ name: Type.String(), namespace: Type.String() }),
  spec: Type.Object({
    clusterIP: Type.Optional(Type.String()),
    selector: Type.Object({ "app.kubernetes.io/name": Type.String() }),
    ports: Type.Array(Type.Object({ port: Type.Integer() })),
  }),
});

interface Asked {
  readonly app: string;
  readonly host: string;
  readonly port: number;
}

/** Every port of every Service but the headless ones, which lead to the same pods. */
function portsOf(resources: readonly Registration[]): Asked[] {
  return resources
    .filter(({ type }) => type === "kubernetes:core/v1:Service")
    .map(({ inputs }) => Value.Parse(Service, inputs))
    .filter(({ spec }) => spec.clusterIP !== "None")
    .flatMap(({ metadata: { name, namespace }, spec }) =>
      spec.ports.map(({ port }) => ({
        app: `${namespace}/${spec.selector["app.kubernetes.io/name"]}`,
        host: `${name}.${namespace}.svc.cluster.local`,
        port,
      })),
    );
}

const Templated = Type.Object({
  metadata: Type.Object({ namespace: Type.String() }),
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({
        labels: Type.Object({ "app.kubernetes.io/name": Type.String() }),
      }),
    }),
  }),
});

function appsOf(resources: readonly Registration[]): string[] {
  return resources
    .map(({ inputs }) => inputs)
    .filter((inputs) => Value.Check(Templated, inputs))
    .map(
      ({ metadata, spec }) =>
        `${metadata.namespace}/${spec.template.metadata.labels["app.kubernetes.io/name"]}`,
    )
    .toSorted();
}

/** Every app against every Service port of the others, with what the declared edges allow. */
export function connectivityMatrix(resources: readonly Registration[]): Cell[] {
  const { pods } = edgesOf(resources);
  const asked = portsOf(resources);
  return appsOf(resources).flatMap((from) =>
    asked
      .filter(({ app }) => app !== from)
      .map(({ app, host, port }) => ({
        from,
        host,
        port,
        allowed: pods.some((edge) => edge.from === from && edge.to === app && edge.port === port),
      })),
  );
}
