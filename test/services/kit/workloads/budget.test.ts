import fc from "fast-check";
import { expect, test } from "vitest";
import type { BudgetSection } from "../../../../config/schema.ts";
import type { App } from "../../../../services/kit/app.ts";
import { budgetSpec, needsBudget } from "../../../../services/kit/workloads/budget.ts";
import { scaling } from "../../../../services/kit/scaling/scaling.ts";
import { Workload } from "../../../../services/kit/workloads/workload.ts";
import { inputsOf, leaves, registered } from "../../../support/under-mocks.ts";
import { probePod } from "../probe-pod.ts";

const app: App = { name: "probe", namespace: "framewright-api", component: "test" };
const rest = {
  unhealthyPodEvictionPolicy: "AlwaysAllow",
  selector: { matchLabels: { "app.kubernetes.io/name": "probe" } },
};

test.each<[BudgetSection, object]>([
  [{}, { maxUnavailable: 1 }],
  [{ minAvailable: "1" }, { minAvailable: 1 }],
  [{ minAvailable: "50%" }, { minAvailable: "50%" }],
  [{ maxUnavailable: "2" }, { maxUnavailable: 2 }],
  [{ maxUnavailable: "25%" }, { maxUnavailable: "25%" }],
])("config %j is the budget %j", (section, limit) => {
  expect(budgetSpec(app, section)).toEqual({ ...limit, ...rest });
});

const amount = fc.oneof(
  fc.nat(500).map(String),
  fc.integer({ min: 0, max: 100 }).map((share) => `${share}%`),
);

test("a budget has one limit, a count as a number and a share as text", () => {
  const sections = fc.oneof(
    amount.map((minAvailable) => ({ minAvailable })),
    amount.map((maxUnavailable) => ({ maxUnavailable })),
  );
  fc.assert(
    fc.property(sections, (section: BudgetSection) => {
      const { minAvailable, maxUnavailable }: Record<string, unknown> = budgetSpec(app, section);
      const limits = [minAvailable, maxUnavailable].filter((limit) => limit !== undefined);
      const text = section.minAvailable ?? section.maxUnavailable ?? "";
      expect(limits).toEqual([text.endsWith("%") ? text : Number(text)]);
    }),
  );
});

test.each([
  [0, false],
  [1, false],
  [2, true],
  [3, true],
])("with at most %d pods a budget can hold: %s", (most, can) => {
  expect(needsBudget(most)).toBe(can);
});

test("a workload takes the budget of its config", async () => {
  const resources = await registered(
    () =>
      new Workload(
        "w",
        {
          app,
          pod: probePod,
          replicas: { min: 2, max: 4 },
          scaling: scaling.cpuWorkers,
          budget: { minAvailable: "50%" },
        },
        {},
      ),
  );
  expect(inputsOf(resources, "w-budget").spec).toEqual({ minAvailable: "50%", ...rest });
});

function fixed(count: number) {
  const replicas = { min: count, max: count };
  return registered(
    () => new Workload("w", { app, pod: probePod, replicas, scaling: scaling.api }, {}),
  );
}

test("a workload of one pod has none: it would block every drain", async () => {
  expect(leaves(await fixed(1))).toEqual(["Deployment w-deployment", "ServiceAccount w-account"]);
});

test("a workload that may have no pods is nothing", async () => {
  expect(leaves(await fixed(0))).toEqual([]);
});
