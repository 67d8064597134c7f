import type { GoldenStack } from "../kit/goldens.ts";
import type { TestResource } from "../kit/evaluate.ts";

const project = "framewright";

/** Who makes a resource where the program names nobody. */
function defaultProvider(name: string): TestResource {
  return { type: `pulumi:providers:${name}`, name: "default", props: {} };
}

function isProvider({ type }: TestResource): boolean {
  return type.startsWith("pulumi:providers:");
}

/** Components hold no state of their own; the cluster of EKS is one of another package. */
function isComponent({ type }: TestResource): boolean {
  return type.startsWith(`${project}:`) || type.startsWith("eks:");
}

/** What a stack leaves in its state after an update, as `pulumi stack export` writes it. */
export function stateOf({ name, resources }: GoldenStack): string {
  const urn = (type: string, called: string) =>
    `urn:pulumi:${name}::${project}::${type}::${called}`;
  const urnOf = (one: TestResource) => urn(one.type, one.name);
  const idOf = (one: TestResource) => `${one.name}-id`;
  const root = { type: "pulumi:pulumi:Stack", name: `${project}-${name}`, props: {} };
  const given = resources.filter(isProvider);
  const packages = new Set(
    resources.filter((one) => !isComponent(one)).map(({ type }) => type.split(":")[0] ?? ""),
  );
  const missing = [...packages].filter(
    (one) => one !== "pulumi" && !given.some(({ type }) => type.endsWith(`:${one}`)),
  );
  const providers = [...given, ...missing.map(defaultProvider)];
  const random = resources.filter(({ type }) => type.startsWith("random:")).map(urnOf);
  const dependenciesOf = ({ type, madeFrom = {} }: TestResource) => ({
    ...Object.fromEntries(
      Object.entries(madeFrom).map(([property, ids]) => [
        property,
        ids.map((id) => urn(...(id.split("::") as [string, string]))),
      ]),
    ),
    // Golden files don't tell from which of them.
    ...(type.endsWith(":Secret") ? { data: random } : {}),
  });
  const made = resources
    .filter((one) => !isProvider(one))
    .map((one) => {
      const common = {
        urn: urnOf(one),
        type: one.type,
        parent: urnOf(root),
        inputs: one.props,
        outputs: one.props,
        propertyDependencies: dependenciesOf(one),
      };
      if (isComponent(one)) return { ...common, custom: false };
      const by = providers.find(({ type }) => type.endsWith(`:${one.type.split(":")[0] ?? ""}`));
      const provider = by === undefined ? "" : `${urnOf(by)}::${idOf(by)}`;
      return { ...common, custom: true, id: idOf(one), provider };
    });
  const state = [
    { urn: urnOf(root), type: root.type, custom: false },
    ...providers.map((one) => ({
      urn: urnOf(one),
      type: one.type,
      custom: true,
      id: idOf(one),
      inputs: one.props,
      outputs: one.props,
    })),
    ...made,
  ];
  const manifest = { time: "2026-01-01T00:00:00Z", magic: "", version: "v3.250.0" };
  return JSON.stringify({ version: 3, deployment: { manifest, resources: state } });
}
