import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { parseAs } from "../../../tools/parse.ts";

/** A stack, as its golden file has it. */
export interface Stack {
  readonly name: string;
  readonly resources: Readonly<Record<string, unknown>>;
}

const Place = Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) });
const Named = Type.Object({ metadata: Place });
const Role = Type.Object({
  metadata: Place,
  rules: Type.Array(
    Type.Object({
      apiGroups: Type.Array(Type.String()),
      resources: Type.Array(Type.String()),
      verbs: Type.Array(Type.String()),
      resourceNames: Type.Optional(Type.Array(Type.String())),
    }),
  ),
});
const Binding = Type.Object({
  metadata: Place,
  roleRef: Type.Object({ kind: Type.String(), name: Type.String() }),
  subjects: Type.Array(
    Type.Object({ kind: Type.Literal("ServiceAccount"), name: Type.String(), namespace: Type.String() }),
  ),
});

/** What an account may do to objects of one kind, or that it has a role of Kubernetes' own. */
export interface Right {
  /** `<namespace>/<name>` */
  readonly account: string;
  /** `<group>/<resource>`, of the first group `<resource>`; or the name of the role. */
  readonly what: string;
  readonly verbs: readonly string[];
  /** Unset: all objects. */
  readonly objects?: readonly string[];
  /** Namespaces; none for the whole cluster. */
  readonly namespaces: readonly string[];
  readonly stacks: readonly string[];
}

type Single = Omit<Right, "namespaces" | "stacks"> & {
  readonly namespace: string | undefined;
  readonly stack: string;
};

function ofKinds<T extends typeof Role | typeof Binding | typeof Named>(
  { name, resources }: Stack,
  schema: T,
  kinds: readonly string[],
): (readonly [string, Static<T>])[] {
  return Object.entries(resources).flatMap(([key, inputs]) => {
    const kind = key.split("::")[0]?.split(":").at(-1) ?? "";
    const isOurs = key.startsWith("kubernetes:") && kinds.includes(kind);
    return isOurs ? [[kind, parseAs(schema, inputs, `${name}: ${key}`)] as const] : [];
  });
}

function rulesBy(stack: Stack) {
  return new Map(
    ofKinds(stack, Role, ["Role", "ClusterRole"]).map(([kind, { metadata, rules }]) => [
      `${kind} ${metadata.namespace ?? ""}/${metadata.name}`,
      rules,
    ]),
  );
}

type Rules = Static<typeof Role>["rules"];

function whatsOf(rules: Rules): Pick<Single, "what" | "verbs" | "objects">[] {
  return rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.map((resource) => ({
        what: group === "" ? resource : `${group}/${resource}`,
        verbs,
        ...(resourceNames && { objects: resourceNames }),
      })),
    ),
  );
}

/** Each right of each account of a stack; of a role that the stack does not make, its name. */
function singlesOf(stack: Stack): Single[] {
  const rules = rulesBy(stack);
  const bindings = ofKinds(stack, Binding, ["RoleBinding", "ClusterRoleBinding"]);
  return bindings.flatMap(([, { metadata, roleRef, subjects }]) => {
    const { namespace } = metadata;
    const key = `${roleRef.kind} ${roleRef.kind === "Role" ? (namespace ?? "") : ""}/${roleRef.name}`;
    const own = rules.get(key);
    const whats = own === undefined ? [{ what: roleRef.name, verbs: [] }] : whatsOf(own);
    return subjects.flatMap((subject) =>
      whats.map((what) => ({
        account: `${subject.namespace}/${subject.name}`,
        ...what,
        namespace,
        stack: stack.name,
      })),
    );
  });
}

function unique(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))].toSorted();
}

/** All rights of all stacks: what is granted in several namespaces, or stacks, is one. */
export function rightsOf(stacks: readonly Stack[]): Right[] {
  const groups = Map.groupBy(stacks.flatMap(singlesOf), ({ account, what, verbs, objects }) =>
    JSON.stringify([account, what, verbs, objects ?? []]),
  );
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const all = [first, ...others];
      const { account, what, verbs, objects } = first;
      const namespaces = unique(all.map(({ namespace }) => namespace));
      const names = unique(all.map(({ stack }) => stack));
      return [{ account, what, verbs, ...(objects && { objects }), namespaces, stacks: names }];
    })
    .toSorted((a, b) => (a.account + a.what < b.account + b.what ? -1 : 1));
}

/** All accounts of all stacks. */
export function accountsOf(stacks: readonly Stack[]): string[] {
  const named = stacks.flatMap((stack) => ofKinds(stack, Named, ["ServiceAccount"]));
  return unique(named.map(([, { metadata }]) => `${metadata.namespace ?? ""}/${metadata.name}`));
}

/** Accounts of pods that get a token of the Kubernetes API. */
export function tokenHolders(stacks: readonly Stack[]): string[] {
  const Pod = Type.Object({
    metadata: Place,
    spec: Type.Object({
      template: Type.Object({
        spec: Type.Object({
          serviceAccountName: Type.String(),
          automountServiceAccountToken: Type.Literal(true),
        }),
      }),
    }),
  });
  return unique(
    stacks.flatMap(({ resources }) =>
      Object.values(resources).flatMap((inputs) =>
        Value.Check(Pod, inputs)
          ? [`${inputs.metadata.namespace ?? ""}/${inputs.spec.template.spec.serviceAccountName}`]
          : [],
      ),
    ),
  );
}
