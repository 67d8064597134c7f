import { Type } from "typebox";
import { cidrPattern, count, flag, memory, optionalSection, resources, section } from "./leaves.ts";

function share(value: number, description: string) {
  return Type.Number({ minimum: 0, maximum: 1, default: value, description });
}

const Header = Type.Object(
  {
    name: Type.String({ pattern: "^[A-Za-z0-9-]+$", description: "Name of the header" }),
    value: Type.String({
      minLength: 1,
      description: "Its value, by pulumi config set --secret --path",
    }),
  },
  { additionalProperties: false, description: "A header of each request" },
);

const Forward = optionalSection(
  "Where Jaeger sends each span as well: an OTLP/HTTP endpoint of yours. It alone has the credentials, and the way out",
  {
    url: Type.String({
      pattern: "^https?://[^\\s/@?#]+(/[^\\s?#]*)?$",
      description: "Base address, as https://otlp.example.com; /v1/traces is added",
    }),
    headers: Type.Array(Header, {
      maxItems: 10,
      default: [],
      description: "What the endpoint wants to see, as an authorization",
    }),
    ranges: Type.Array(
      Type.String({ pattern: cidrPattern, description: "A range, as 10.30.0.0/20" }),
      {
        maxItems: 20,
        default: [],
        description:
          "Ranges of IPv4 addresses that the endpoint has in a private network; without any Jaeger may connect to public addresses on the endpoint's port",
      },
    ),
  },
);

/** Read by services/tracing; runtime/tracing/settings.ts has by environment what programs are told. */
export const Tracing = section(
  "Traces: one for each job, from the client's request over API, queue, worker and store to the webhook",
  {
    enabled: flag(false, "Whether programs send spans, and Jaeger is deployed"),
    jobRatio: share(1, "Share of submitted jobs that are traced"),
    requestRatio: share(0.01, "Share of clients' other requests that are traced"),
    statementMs: count(
      5,
      { min: 0, max: 60_000 },
      "Milliseconds from which a statement of the database has a span, as one that fails has; 0: all have, which makes a submission a tenth dearer",
    ),
    images: Type.Enum(["upstream", "own"], {
      default: "upstream",
      description:
        "Jaeger's image: upstream pulls docker.io/jaegertracing/jaeger, which has the UI; own takes jaeger from where our images are; the embedded node has its own",
    }),
    keepDays: count(7, { min: 1, max: 90 }, "Days until a trace is deleted"),
    storage: memory("10Gi", "Size of Jaeger's volume; it cannot change later"),
    forward: Forward,
    resources: resources("Jaeger", {
      requests: { cpu: "50m", memory: "256Mi" },
      limits: { cpu: "1", memory: "768Mi" },
    }),
  },
);
