import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { labels } from "../kit/app.ts";
import { operatorApp } from "./identity.ts";

type Spec = k8s.types.input.apiextensions.v1.CustomResourceDefinitionSpec;

const Definition = Type.Object({
  metadata: Type.Object({
    name: Type.String(),
    annotations: Type.Record(Type.String(), Type.String()),
  }),
  // As the API server checks it, which alone knows the whole schema.
  spec: Type.Unsafe<Spec>(Type.Object({ names: Type.Object({ plural: Type.String() }) })),
});
const File = Type.Object({
  /** The line of go.sum for the module that it was generated from. */
  module: Type.String(),
  definitions: Type.Array(Definition, { minItems: 1 }),
});

/** KEDA's definitions as tools/keda-crds.ts wrote them. */
export function kedaDefinitions() {
  const text = readFileSync(join(import.meta.dirname, "crds/keda.json"), "utf8");
  return Value.Parse(File, JSON.parse(text));
}

/** All of them: the operator ends where one is missing, also of a kind that nobody uses. */
export function defineKinds(name: string, parent: pulumi.Resource): pulumi.Resource[] {
  return kedaDefinitions().definitions.map(
    ({ metadata, spec }) =>
      new k8s.apiextensions.v1.CustomResourceDefinition(
        `${name}-${metadata.name.split(".")[0] ?? ""}`,
        { metadata: { ...metadata, labels: labels(operatorApp) }, spec },
        { parent },
      ),
  );
}
