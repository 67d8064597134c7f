import { textAt } from "./json.ts";
import { ifKnown } from "./unknown.ts";

/** What the engine tells of a resource, in a preview of one and of the whole stack alike. */
export interface Registered {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly opts: { readonly protect: boolean };
}

/** A resource as rules see it. */
export interface Subject {
  readonly urn: string;
  /** Pulumi's type token, like `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** For Kubernetes the kind, without `Patch` at its end; for others the type token. */
  readonly kind: string;
  /** API group of a Kubernetes object, empty for the core one; undefined for everything else. */
  readonly group?: string;
  /** Of a namespaced Kubernetes object, where it is known. */
  readonly namespace?: string;
  /** metadata.name of a Kubernetes object if the program gives it, otherwise the resource's name in Pulumi. */
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly protect: boolean;
}

/** `kubernetes:apps/v1:Deployment`; the core group is `core/v1`, or `v1` where a CustomResource makes its kinds. */
const kubernetesType = /^kubernetes:(?:(?<group>[^/:]+)\/[^:]+|v\d[^/:]*):(?<kind>[^:]+)$/;
/** These look like kinds and are none: they stand for the manifests in them. */
const bundles = ["helm.sh", "yaml", "kustomize"];

function kindOf(type: string): { kind: string; group?: string } {
  const { group = "core", kind } = kubernetesType.exec(type)?.groups ?? {};
  if (kind === undefined || bundles.includes(group)) return { kind: type };
  return { kind: kind.replace(/Patch$/, ""), group: group === "core" ? "" : group };
}

/** The provider ends a name that it makes with letters of its own, which no exemption could name. */
function givenName(props: unknown): string | undefined {
  const made = textAt(props, "metadata", "annotations", "pulumi.com/autonamed") === "true";
  return made ? undefined : textAt(props, "metadata", "name");
}

export function subjectOf({ type, urn, name, props, opts }: Registered): Subject {
  const { kind, group } = kindOf(type);
  const own = { urn, type, kind, props, protect: opts.protect };
  if (group === undefined) return { ...own, name };
  const namespace = ifKnown(() => textAt(props, "metadata", "namespace"));
  const given = ifKnown(() => givenName(props));
  return { ...own, group, name: given ?? name, ...(namespace === undefined ? {} : { namespace }) };
}

/** How messages call a resource: `Deployment framewright-api/api`. */
export function titleOf({ kind, namespace, name }: Subject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** Whether it is of one of the kinds, written as in a manifest: `apps/Deployment`, and `Service` of the core group. */
export function isKind({ group, kind }: Subject, ...kinds: readonly string[]): boolean {
  if (group === undefined) return false;
  return kinds.includes(group === "" ? kind : `${group}/${kind}`);
}

/** The namespace of an object; `default` is where Kubernetes puts what names none. */
export function namespaceOf(fields: unknown): string {
  return textAt(fields, "metadata", "namespace") ?? "default";
}

/** A patch changes an object that is made elsewhere: what it does not say is said there. */
export function isPatch({ type }: Subject): boolean {
  return type.endsWith("Patch");
}
