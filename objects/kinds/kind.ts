import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { isSeriesName, type Sample } from "../series.ts";

/** What all objects of Kubernetes have, as far as it is read here. */
export const Metadata = Type.Object({
  name: Type.String(),
  namespace: Type.String(),
  uid: Type.String(),
  creationTimestamp: Type.Optional(Type.String()),
  generation: Type.Optional(Type.Integer()),
  ownerReferences: Type.Optional(
    Type.Array(
      Type.Object({
        kind: Type.String(),
        name: Type.String(),
        controller: Type.Optional(Type.Boolean()),
      }),
    ),
  ),
});

export const OptionalCount = Type.Optional(Type.Integer());
export const OptionalText = Type.Optional(Type.String());
export const Conditions = Type.Optional(
  Type.Array(Type.Object({ type: Type.String(), status: Type.String() })),
);

/** A kind of object: where its lists are, and what is told of one. */
export interface Kind {
  /** Below the API's group and version, and below its namespace, as `/apis/apps/v1` and `deployments`. */
  readonly group: string;
  readonly resource: string;
  readonly samplesOf: (object: unknown) => Sample[];
}

export function kind<Schema extends TSchema>(
  group: string,
  resource: string,
  row: { readonly schema: Schema; readonly samples: (object: Static<Schema>) => Sample[] },
): Kind {
  return {
    group,
    resource,
    samplesOf: (object) => row.samples(Value.Parse(row.schema, object)),
  };
}

/** Values that belong to the same labels; what is undefined is left out. */
export function samples(
  labels: Readonly<Record<string, string>>,
  values: Partial<Readonly<Record<Sample["name"], number | undefined>>>,
): Sample[] {
  const entries: [string, number | undefined][] = Object.entries(values);
  return entries.flatMap(([name, value]) =>
    value === undefined || !isSeriesName(name) ? [] : [{ name, labels, value }],
  );
}

/** 1 for what is, 0 for what is not, of all that could be. */
export function oneOf(
  name: Sample["name"],
  labels: Readonly<Record<string, string>>,
  {
    label,
    is,
    of,
  }: { readonly label: string; readonly is: string; readonly of: readonly string[] },
): Sample[] {
  return of.map((state) => ({
    name,
    labels: { ...labels, [label]: state },
    value: state === is ? 1 : 0,
  }));
}

/** Kubernetes' times, in seconds since 1970. */
export function seconds(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time) / 1000;
}
