import type { Rule } from "./rule.ts";

/** Two lost heartbeats must not lose a job: a lease has to outlast three of them. */
export const leaseOutlastsHeartbeats: Rule = ({ api }) =>
  api.leaseSeconds >= 3 * api.heartbeatSeconds
    ? []
    : [
        {
          path: "api.leaseSeconds",
          problem: `must be at least three heartbeats (it is ${api.leaseSeconds}, a heartbeat comes every ${api.heartbeatSeconds} s)`,
          remedy: `set it to ${3 * api.heartbeatSeconds} or more, or lower api.heartbeatSeconds`,
        },
      ];

/** Left for the migration Job, a backup and a person with psql. */
const spareConnections = 10;

/** Twice the replicas: while a rollout lasts, old and new pods are there together. */
export const databaseHoldsThePools: Rule = ({ api, webhooks, postgres }) => {
  const senders = webhooks.enabled ? webhooks.replicas.max : 0;
  const pooled = api.replicas.max * api.databasePoolSize + senders * webhooks.databasePoolSize;
  const needed = 2 * pooled + spareConnections;
  return needed <= postgres.maxConnections
    ? []
    : [
        {
          path: "postgres.maxConnections",
          problem: `must be at least ${needed} (it is ${postgres.maxConnections}; during a rollout twice ${api.replicas.max} API pods have ${api.databasePoolSize} connections each, and twice ${senders} webhook senders ${webhooks.databasePoolSize})`,
          remedy: "raise it, or lower databasePoolSize or replicas.max of api or webhooks",
        },
      ];
};
