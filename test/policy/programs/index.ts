import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state.js";

/** `PROGRAMS=pods/read-only-root,pods/seccomp pulumi preview` runs these two programs as one stack. */
const { PROGRAMS } = process.env;
if (PROGRAMS === undefined) throw new Error("PROGRAMS is not set: name some, like pods/seccomp");

/** The namespace of all programs, which becomes one of each program's own. */
const shared = "shop";

function renamed(value: unknown, namespace: string): unknown {
  if (value === shared) return namespace;
  if (Array.isArray(value)) return value.map((item) => renamed(item, namespace));
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.Output.isInstance(value) || pulumi.Resource.isInstance(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renamed(item, namespace)]),
  );
}

function inNamespace(namespace: string): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => ({
    props: type.startsWith("kubernetes:") ? (renamed(props, namespace) as pulumi.Inputs) : props,
    opts,
  });
}

type Table = Readonly<Record<string, () => unknown>>;

/**
 * A program's resources are the children of one component, whose type is in their URNs: names need to be unique within a
 * program only, and the test can tell whose resource a rule reports. The SDK has no public way to name a default parent.
 */
const { getStore } = state as unknown as { getStore: () => { stackResource: unknown } };
const store = getStore();
const stack = store.stackResource;
for (const program of PROGRAMS.split(",")) {
  const [theme = "", name = ""] = program.split("/");
  store.stackResource = stack;
  const { programs } = (await import(`./${theme}.ts`)) as { programs: Table };
  const make = programs[name];
  if (make === undefined) throw new Error(`There is no program ${program}`);
  const scope = new pulumi.ComponentResource(
    `programs:${name}`,
    name,
    {},
    { transformations: [inNamespace(`${shared}-${name}`)] },
  );
  // What a resource without a parent gets as its parent.
  store.stackResource = scope;
  make();
}
store.stackResource = stack;
