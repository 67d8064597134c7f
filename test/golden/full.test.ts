import { beforeAll, expect, test } from "vitest";
import { rules } from "../../policy/rules.ts";
import { withDependencies } from "../policy/kit/dependencies.ts";
import { evaluateStack, type TestResource } from "../policy/kit/evaluate.ts";
import { profile, resourcesOf } from "../policy/kit/goldens.ts";
import { runFullProgram } from "../support/full-stack.ts";
import { goldenOf } from "../support/golden.ts";


let resources: TestResource[];
beforeAll(async () => {
  const run = goldenOf(await runFullProgram());
  resources = [...withDependencies(resourcesOf(run.resources))];
});

/** Golden files don't say what a Secret is made from; the update by the real engine does. */
const evaluated = rules.filter(({ name }) => name !== "literal-secrets");

test("`npm run up` with every part gets past every policy", () => {
  const settings = profile("baseline");
  const found = evaluated.flatMap((rule) =>
    settings[rule.name]?.["enforcementLevel"] === "disabled"
      ? []
      : evaluateStack(rule, resources, { config: settings[rule.name] ?? {} }),
  );
  expect(found).toEqual([]);
});

interface Spec {
  readonly type?: string;
  readonly ports?: readonly unknown[];
  readonly hard?: Readonly<Record<string, string>>;
}

/** Of all objects of this type, by their namespace. */
function specsOf(type: string): (readonly [string, Spec])[] {
  return resources
    .filter((resource) => resource.type === type)
    .map(({ props }) => {
      const { metadata, spec } = props as { metadata: { namespace: string }; spec: Spec };
      return [metadata.namespace, spec] as const;
    });
}

test("every quota has room for the ports that Services open on the node", () => {
  const quotas = new Map(specsOf("kubernetes:core/v1:ResourceQuota"));
  const open = specsOf("kubernetes:core/v1:Service").filter(([, { type }]) => type === "NodePort");
  const [asked, room] = [new Map<string, number>(), new Map<string, number>()];
  for (const [namespace, { ports = [] }] of open) {
    asked.set(namespace, (asked.get(namespace) ?? 0) + ports.length);
    room.set(namespace, Number(quotas.get(namespace)?.hard?.["services.nodeports"] ?? Infinity));
  }
  expect(asked.get("framewright-workers")).toBe(3);
  for (const [namespace, count] of asked) expect(count).toBeLessThanOrEqual(room.get(namespace) ?? 0);
});

test("Prometheus asks each small model for its figures, and sees its pods", () => {
  const names = resources.map(({ name }) => name);
  for (const model of ["stt", "mt", "tts"]) {
    expect(names).toContain(`monitoring-prometheus-to-model-${model}-egress`);
    expect(names).toContain(`monitoring-prometheus-to-model-${model}-ingress`);
    expect(names).toContain(`monitoring-prometheus-ai-models-${model}-role`);
  }
});
