import { kedaDefinitions } from "../../../services/autoscaling/crds.ts";
import type { GoldenStack } from "../../policy/kit/goldens.ts";

/** An object as kubectl takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** What golden files show instead of a secret, as the data of a Secret may be. */
const hidden = Buffer.from("hidden").toString("base64");

function openData(props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (props["kind"] !== "Secret") return props;
  const keys = Object.keys(props["data"] ?? {});
  return { ...props, data: Object.fromEntries(keys.map((key) => [key, hidden])) };
}

/** Golden files have a checksum in place of a definition's long schema. */
function specOf(name: string, spec: unknown): unknown {
  if (typeof spec !== "string") return spec;
  return kedaDefinitions().definitions.find(({ metadata }) => metadata.name === name)?.spec;
}

/** The Kubernetes objects of a stack. What has no name of its own is called as in Pulumi. */
export function manifestsOf({ resources }: GoldenStack): Manifest[] {
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ name, props }) => {
      const metadata = { name, ...(props["metadata"] as object) };
      const whole = "spec" in props ? { spec: specOf(metadata.name, props["spec"]) } : {};
      return { ...openData(props), ...whole, metadata } as unknown as Manifest;
    });
}

/** `Deployment framewright-api/api` */
export function titleOf({ kind, metadata: { namespace, name } }: Manifest): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Manifests as one document. */
export function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
