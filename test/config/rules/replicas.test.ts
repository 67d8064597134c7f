import { expect, test } from "vitest";
import * as replicas from "../../../config/rules/replicas.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const { autoscaledPodsStay, budgetIsOneOfTwo, budgetLetsNodesDrain, replicaBoundsAreInOrder } =
  replicas;

const broken: Broken[] = [
  [
    "a lower bound above the upper one",
    replicaBoundsAreInOrder,
    configWith((config) => {
      config.api.replicas = { min: 4, max: 3 };
      config.webhooks.replicas = { min: 2, max: 1 };
      config.workers.vaapi.replicas = { min: 1, max: 0 };
    }),
    [
      "api.replicas.max must be at least min (min is 4, max is 3)",
      "webhooks.replicas.max must be at least min (min is 2, max is 1)",
      "workers.vaapi.replicas.max must be at least min (min is 1, max is 0)",
    ],
  ],
  [
    "pods that an autoscaler would have to wake",
    autoscaledPodsStay,
    configWith((config) => (config.workers.nvenc.replicas = { min: 0, max: 5 })),
    ["workers.nvenc.replicas.min must be at least 1 (min is 0, max is 5)"],
  ],
  [
    "senders that nothing wakes, where workers may sleep",
    autoscaledPodsStay,
    configWith((config) => {
      config.autoscaling.enabled = true;
      config.workers.cpu.replicas = { min: 0, max: 5 };
      config.webhooks.replicas = { min: 0, max: 2 };
    }),
    ["webhooks.replicas.min must be at least 1 (min is 0, max is 2)"],
  ],
  [
    "a budget of two kinds",
    budgetIsOneOfTwo,
    configWith((config) => (config.api.budget = { minAvailable: "1", maxUnavailable: "50%" })),
    ["api.budget must have only one of minAvailable and maxUnavailable (1 and 50%)"],
  ],
  [
    "as many pods to keep as there may be",
    budgetLetsNodesDrain,
    configWith((config) => {
      config.api.budget = { minAvailable: "3" };
      config.workers.cpu.budget = { minAvailable: "51%" };
      config.workers.nvenc.budget = { minAvailable: "1" };
    }),
    [
      "api.budget.minAvailable must let one pod be evicted (it is 3, and replicas.min is 3)",
      "workers.cpu.budget.minAvailable must let one pod be evicted (it is 51%, and replicas.min is 2)",
      "workers.nvenc.budget.minAvailable must let one pod be evicted (it is 1, and replicas.min is 1)",
    ],
  ],
  [
    "all pods to keep, however many there are",
    budgetLetsNodesDrain,
    configWith((config) => {
      config.api.budget = { minAvailable: "100%" };
      config.workers.cpu.budget = { maxUnavailable: "0" };
      config.workers.nvenc.budget = { maxUnavailable: "0%" };
    }),
    [
      "api.budget.minAvailable must let one pod be evicted (it is 100%, and replicas.min is 3)",
      "workers.cpu.budget.maxUnavailable must let one pod be evicted (it is 0)",
      "workers.nvenc.budget.maxUnavailable must let one pod be evicted (it is 0%)",
    ],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(replicas, broken)).toEqual([]);
});

test.each([{ minAvailable: "2" }, { minAvailable: "66%" }, { maxUnavailable: "1%" }, {}])(
  "three API pods may have the budget %j",
  (budget) => {
    const config = configWith((change) => (change.api.budget = budget));
    expect(budgetLetsNodesDrain(config, facts)).toEqual([]);
    expect(budgetIsOneOfTwo(config, facts)).toEqual([]);
  },
);

test("no pods at all need no autoscaler", () => {
  const config = configWith((change) => (change.workers.nvenc.replicas = { min: 0, max: 0 }));
  expect(autoscaledPodsStay(config, facts)).toEqual([]);
});

test("a family that is switched off may have any budget", () => {
  const config = configWith((change) => (change.workers.vaapi.budget = { minAvailable: "1" }));
  expect(budgetLetsNodesDrain(config, facts)).toEqual([]);
});
