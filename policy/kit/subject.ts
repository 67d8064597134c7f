import { isObject, listAt, textAt } from "./json.ts";
import { ifKnown } from "./unknown.ts";

/** What the engine shows of a resource, in a preview of one and of the whole stack alike. */
export interface Registered {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly opts: { readonly protect: boolean };
}

export interface Subject {
  readonly urn: string;
  /** Pulumi's type token, like `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** For Kubernetes the kind, without `Patch` at its end; for others the type token. */
  readonly kind: string;
  /** API group of a Kubernetes object, empty for the core one; undefined for everything else. */
  readonly group: string | undefined;
  readonly namespace: string | undefined;
  /** metadata.name of a Kubernetes object if the program gives it, otherwise the resource's name in Pulumi. */
  readonly name: string;
  readonly props: Record<string, unknown>;
  readonly protect: boolean;
}

/** `kubernetes:apps/v1:Deployment`; the core group is `core/v1`, or `v1` where a CustomResource makes its kinds. */
const kubernetesType = /^kubernetes:(?:(?<group>[^/:]+)\/[^:]+|v\d[^/:]*):(?<kind>[^:]+)$/;
/** These look like kinds and are none: they stand for the manifests in them. */
const bundles = ["helm.sh", "yaml", "kustomize"];

type Kind = Pick<Subject, "kind" | "group">;

function parsed(type: string): Kind {
  const { group = "core", kind } = kubernetesType.exec(type)?.groups ?? {};
  if (kind === undefined || bundles.includes(group)) return { kind: type, group: undefined };
  return { kind: kind.replace(/Patch$/, ""), group: group === "core" ? "" : group };
}

/** Of the few dozen types of a program, each of which every rule asks for. */
const kinds = new Map<string, Kind>();

function kindOf(type: string): Kind {
  const known = kinds.get(type) ?? parsed(type);
  kinds.set(type, known);
  return known;
}

/** The provider ends a name that it makes with letters of its own, which no exemption could name. */
function givenName(props: unknown): string | undefined {
  const made = textAt(props, "metadata", "annotations", "pulumi.com/autonamed") === "true";
  return made ? undefined : textAt(props, "metadata", "name");
}

function subjectOf({ type, urn, name, props, opts }: Registered): Subject {
  const { kind, group } = kindOf(type);
  const object = group === undefined ? undefined : props;
  return {
    urn,
    type,
    kind,
    group,
    props,
    protect: opts.protect,
    get namespace() {
      return ifKnown(() => textAt(object, "metadata", "namespace"));
    },
    get name() {
      return ifKnown(() => givenName(object)) ?? name;
    },
  };
}

/** What rules evaluate of a resource: itself, or the items of a list such as `RoleList`. */
export function subjectsOf(registered: Registered): readonly Subject[] {
  const subject = subjectOf(registered);
  if (subject.group === undefined || !subject.kind.endsWith("List")) return [subject];
  const type = registered.type.replace(/List$/, "");
  return listAt(subject.props, "items").flatMap((props, i) =>
    isObject(props)
      ? [subjectOf({ ...registered, type, name: `${registered.name}.items.${i}`, props })]
      : [],
  );
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
