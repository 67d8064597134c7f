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

/** What a stack becomes: every resource by type and name, with secrets masked, and the outputs. */
export function goldenOf({ resources, outputs }: ProgramRun) {
  const entries = resources
    .map((resource) => [keyOf(resource), sorted(maskSecrets(resource.inputs))] as const)
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
