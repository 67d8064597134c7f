import { expect, test } from "vitest";
import * as autoscaling from "../../../config/rules/autoscaling.ts";
import { configWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

const { autoscalersFollowTheLoad } = autoscaling;

const broken: Broken[] = [
  [
    "a request of which idle API pods exceed the target",
    autoscalersFollowTheLoad,
    configWith(({ api }) => (api.resources.requests.cpu = "250m")),
    [
      "api.resources.requests.cpu must be more than 429m (it is 250m: the autoscaler adds pods above 70 % of it, 175m, and a pod with nothing to do uses 300m)",
    ],
  ],
  [
    "a memory limit of which idle API pods exceed the guard",
    autoscalersFollowTheLoad,
    configWith(({ api }) => (api.resources.limits.memory = "1000Mi")),
    [
      "api.resources.limits.memory must leave room below the autoscaler's guard (it is 1000Mi: pods are added above 80 % of it, 800Mi, and a pod with nothing to do uses 800Mi)",
    ],
  ],
  [
    "a request of which idle webhook senders exceed the target",
    autoscalersFollowTheLoad,
    configWith(({ webhooks }) => (webhooks.resources.requests.cpu = "10m")),
    [
      "webhooks.resources.requests.cpu must be more than 17m (it is 10m: the autoscaler adds pods above 60 % of it, 6m, and a pod with nothing to do uses 10m)",
    ],
  ],
  [
    "a request of which a CPU worker at work does not reach the target",
    autoscalersFollowTheLoad,
    configWith(({ workers }) => (workers.cpu.requests = { cpu: "4", memory: "8Gi" })),
    [
      "workers.cpu.requests.cpu must be less than 2727m (it is 4: the autoscaler adds pods above 50 % of it and a tenth more, 2200m, and a pod at work uses 1500m)",
    ],
  ],
  [
    "a request of which a GPU worker at work does not reach the target",
    autoscalersFollowTheLoad,
    gkeWith(({ workers }) => (workers.nvenc.resources.requests.cpu = "6")),
    [
      "workers.nvenc.resources.requests.cpu must be less than 5455m (it is 6: the autoscaler adds pods above 50 % of it and a tenth more, 3300m, and a pod at work uses 3000m)",
    ],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(autoscaling, broken)).toEqual([]);
});

test("a fixed number of pods has no target to miss", () => {
  const config = configWith(({ api }) => {
    api.replicas = { min: 2, max: 2 };
    api.resources.requests.cpu = "50m";
  });
  expect(autoscalersFollowTheLoad(config, facts)).toEqual([]);
});
