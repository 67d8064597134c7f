import { Type } from "typebox";
import { budget, count, flag, replicas, resources, section } from "./leaves.ts";

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
    schemes: Type.Array(Type.Enum(["https", "http"], { description: "A scheme of URLs" }), {
      minItems: 1,
      uniqueItems: true,
      default: ["https"],
      description: "Schemes that endpoints may have; http sends what jobs are about in clear text",
    }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535, description: "A port" }), {
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      default: [443],
      description:
        "Ports that endpoints may have; the policy pack lets the sender out on 80 and 443, others go into no-allow-all.openings of its profile as well",
    }),
    ranges: Type.Array(
      Type.String({
        pattern: "^[0-9a-fA-F.:]+/[0-9]+$",
        description: "A range, as 10.30.0.0/20",
      }),
      {
        maxItems: 20,
        default: [],
        description:
          "Ranges of private IPv4 addresses that may be reached beside the public ones. Administrators of every project reach them: name the hosts that have receivers",
      },
    ),
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
