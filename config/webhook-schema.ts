import { budget, count, flag, replicas, resources, section } from "./leaves.ts";
import { outbound } from "./outbound-schema.ts";

/** Read by the API and the sender: api/webhooks/settings.ts has the same by environment. Bounds and resources: seed 003. */
export const Webhooks = section(
  "Webhooks: what tells receivers of a project's jobs, and where it may connect to; clients make endpoints at /v1/webhook-endpoints",
  {
    enabled: flag(
      true,
      "Whether there is a webhook sender, which connects to the internet on the ports below, and to private networks only as far as ranges has them",
    ),
    replicas: replicas("the webhook sender", { min: 2, max: 4, least: 1 }),
    budget: budget("the webhook sender"),
    resources: resources("the webhook sender", {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "500m", memory: "512Mi" },
    }),
    databasePoolSize: count(5, { min: 2, max: 50 }, "Connections of one sender to Postgres"),
    ...outbound({
      schemes: "Schemes that endpoints may have; http sends what jobs are about in clear text",
      ports: "Ports that endpoints may have",
      who: "the sender",
      ranges: "Administrators of every project reach them: name the hosts that have receivers",
    }),
    timeoutSeconds: count(
      15,
      { min: 1, max: 60 },
      "Seconds until a receiver must have answered; after that an attempt has failed",
    ),
    parallel: count(100, { min: 1, max: 1000 }, "Requests that one sender has under way"),
    parallelPerEndpoint: count(
      4,
      { min: 1, max: 100 },
      "Requests that all senders together have under way to one endpoint; one while it fails",
    ),
    disableDays: count(
      5,
      { min: 1, max: 365 },
      "Days of failures, without a success between them, after which an endpoint is disabled",
    ),
  },
);
