import { createHash } from "node:crypto";
import { edgesOf, edgeText } from "./edges.ts";
import { maskSecrets, secretMark, type Registration } from "./mocks.ts";
import type { ProgramRun } from "./stack.ts";

/** What tests of its own look at, and nobody would read here: rules of Prometheus, dashboards, CRDs. */
const longText = 10_000;

/** Objects with their keys in order, so that a difference is a difference. */
function sorted(value: unknown): unknown {
  if (typeof value === "string" && value.length > longText) return "<long text>";
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function keyOf({ type, name }: Registration): string {
  return `${type}::${name}`;
}

const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** Schemas of others' kinds are long, and stand where their component has them. */
function withoutSchema({ type, inputs }: Registration): unknown {
  if (type !== definitionType) return inputs;
  const digest = createHash("sha256").update(JSON.stringify(inputs["spec"])).digest("hex");
  return { ...inputs, spec: `sha256 ${digest.slice(0, 16)}` };
}

/** What a stack becomes: every resource by type and name, with secrets masked, and the outputs. */
export function goldenOf({ resources, outputs }: ProgramRun) {
  const entries = resources
    .map((resource) => [keyOf(resource), sorted(maskSecrets(withoutSchema(resource)))] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value, secret }]) => [
        name,
        secret ? secretMark : value,
      ]),
    ),
    resources: Object.fromEntries(entries),
  };
}

/** The same with the network edges of the stack as sentences, which nobody reads out of policies. */
export function cloudGoldenOf(run: ProgramRun) {
  const { pods, clients } = edgesOf(run.resources);
  const { outputs, resources } = goldenOf(run);
  const edges = [
    ...pods.map(edgeText),
    ...clients.map(({ to, port }) => `clients → ${to}:${port}`),
  ];
  return { outputs, edges, resources };
}
