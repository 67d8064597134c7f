import { expect, test } from "vitest";
import * as api from "../../../config/rules/api.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const { databaseHoldsThePools, leaseOutlastsHeartbeats } = api;

const broken: Broken[] = [
  [
    "a lease that two lost heartbeats would end",
    leaseOutlastsHeartbeats,
    configWith((config) => (config.api.heartbeatSeconds = 11)),
    ["api.leaseSeconds must be at least three heartbeats (it is 30, a heartbeat comes every 11 s)"],
  ],
  [
    "more pooled connections than the database accepts",
    databaseHoldsThePools,
    configWith((config) => (config.api.replicas.max = 13)),
    [
      "postgres.maxConnections must be at least 310 (it is 250; during a rollout twice 13 API pods have 10 connections each, and twice 4 webhook senders 5)",
    ],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(api, broken)).toEqual([]);
});

test("exactly enough is enough", () => {
  const config = configWith((change) => {
    change.api.heartbeatSeconds = 10;
    change.api.replicas.max = 10;
  });
  expect(leaseOutlastsHeartbeats(config, facts)).toEqual([]);
  expect(databaseHoldsThePools(config, facts)).toEqual([]);
});

test("a stack without webhooks has more connections for the API", () => {
  const config = configWith((change) => {
    change.api.replicas.max = 12;
    change.webhooks.enabled = false;
  });
  expect(databaseHoldsThePools(config, facts)).toEqual([]);
});
