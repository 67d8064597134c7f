import { kedaDefinitions } from "../../../services/autoscaling/crds.ts";
import type { GoldenStack } from "../../policy/kit/goldens.ts";
import { certifiedAfter } from "../../support/inside-certificates.ts";

/** An object as kubectl takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Of a certificate the API server wants that it is one. */
const certificate: Readonly<Record<string, string>> = certifiedAfter(0, ["server"]).files;

/** In place of what golden files hide, what the data of a Secret may be. */
function openValue(type: unknown, key: string): string {
  const text = type === "kubernetes.io/tls" ? certificate[key] : undefined;
  return Buffer.from(text ?? "hidden").toString("base64");
}

function openData(props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (props["kind"] !== "Secret") return props;
  const keys = Object.keys(props["data"] ?? {});
  const open = keys.map((key) => [key, openValue(props["type"], key)] as const);
  return { ...props, data: Object.fromEntries(open) };
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
