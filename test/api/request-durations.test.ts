import { Histogram, Registry } from "prom-client";
import { expect, it } from "vitest";
import { RequestDurations } from "../../api/request-durations.ts";

const config = { name: "durations", help: "Times of requests", buckets: [0.005, 0.1, 2.5] };

const requests = [
  { server: "client", method: "GET", route: "/v1/jobs", status: 200, seconds: 0.004 },
  { server: "client", method: "GET", route: "/v1/jobs", status: 200, seconds: 0.005 },
  { server: "client", method: "GET", route: "/v1/jobs", status: 200, seconds: 7 },
  { server: "client", method: "GET", route: "/v1/jobs", status: 503, seconds: 0.05 },
  { server: "client", method: "POST", route: "/v1/jobs", status: 201, seconds: 0.1 },
  { server: "worker", method: "GET", route: "/v1/jobs", status: 200, seconds: 0 },
] as const;

/** The lines that a scrape gives, whatever their order and that of their labels. */
async function scraped(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text
    .split("\n")
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => labels.split(",").sort().join()))
    .sort();
}

it("what is scraped is what prom-client's own histogram would say", async () => {
  const own = new Registry();
  const durations = new RequestDurations({ ...config, registers: [own] });
  const count = new Map(
    ["client", "worker"].map((server) => [server, durations.counterOf(server)] as const),
  );
  const theirs = new Registry();
  const histogram = new Histogram({
    ...config,
    labelNames: ["server", "method", "route", "status"],
    registers: [theirs],
  });
  for (const { seconds, ...labels } of requests) {
    count.get(labels.server)?.({ ...labels, seconds });
    histogram.observe(labels, seconds);
  }
  const lines = await scraped(own);
  expect(lines).toEqual(await scraped(theirs));
  expect(lines.filter((line) => line.startsWith("durations_count"))).toHaveLength(4);
});

it("before the first request there is nothing but what the figure is", async () => {
  const registry = new Registry();
  void new RequestDurations({ ...config, registers: [registry] });
  expect(await registry.metrics()).toBe(
    "# HELP durations Times of requests\n# TYPE durations histogram\n",
  );
});
