import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, test } from "vitest";
import { jaegerConfig } from "../../../services/tracing/jaeger-config.ts";
import { tracingGrowth } from "../../../services/tracing/growth.ts";
import { jaegerVersion, Tracing } from "../../../services/tracing/tracing.ts";
import { root } from "../../../tools/paths.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const config = testConfig({ tracing: { enabled: true } });
let resources: Registration[];
beforeAll(async () => {
  resources = await registeredOn(
    config,
    (cluster, on) => new Tracing("tracing", { cluster, ...config.tracing }, on),
  );
});

test("Jaeger is exactly these resources, with its volume and without a node port", () => {
  expect(leaves(resources)).toEqual([
    "Secret tracing-jaeger-secrets",
    "Service tracing-jaeger-nodes",
    "Service tracing-jaeger-service",
    "ServiceAccount tracing-jaeger-account",
    "StatefulSet tracing-jaeger-set",
  ]);
  expect(JSON.stringify(inputsOf(resources, "tracing-jaeger-service"))).not.toContain("nodePort");
  expect(inputsOf(resources, "tracing-jaeger-set")).toMatchObject({
    metadata: { namespace: "framewright-ops" },
    spec: { template: { spec: { containers: [{ args: ["--config=/etc/jaeger/config.json"] }] } } },
  });
});

test("it has a place in its namespace only where it is on", () => {
  expect(tracingGrowth({ enabled: true })).toEqual([{ role: "ops", pods: 1 }]);
  expect(tracingGrowth({ enabled: false })).toEqual([]);
});

test("the version of upstream's image is that of the Go module, which counts otherwise", () => {
  const goMod = readFileSync(join(root, "tools/go/tracing/go.mod"), "utf8");
  // https://github.com/jaegertracing/jaeger/releases/tag/v2.13.0: "v2.13.0 / v1.76.0".
  expect(goMod).toContain("github.com/jaegertracing/jaeger v1.76.0");
  expect(jaegerVersion).toBe("2.13.0");
});

describe("Jaeger's config", () => {
  it("keeps traces in files for their days, and takes spans by OTLP over HTTP", () => {
    const made = JSON.stringify(jaegerConfig({ ...config.tracing, keepDays: 3 }));
    expect(made).toContain('"ttl":{"spans":"72h"}');
    expect(made).toContain('"otlp":{"protocols":{"http":{"endpoint":"0.0.0.0:4318"}}}');
    expect(made).toContain('"exporters":["jaeger_storage_exporter"]');
  });

  it("passes spans on beside the store, with the headers that the endpoint wants", () => {
    const forward = {
      url: "https://otlp.example.com",
      headers: [{ name: "authorization", value: "Bearer t" }],
      ranges: [],
    };
    const made = JSON.stringify(jaegerConfig({ ...config.tracing, forward }));
    expect(made).toContain('"exporters":["jaeger_storage_exporter","otlphttp"]');
    expect(made).toContain(
      '"otlphttp":{"endpoint":"https://otlp.example.com","headers":{"authorization":"Bearer t"}}',
    );
  });
});

test("with an endpoint it goes out on its port alone, and its credentials are in a Secret", async () => {
  const forward = {
    url: "https://otlp.example.com:4318/base",
    headers: [{ name: "authorization", value: "Bearer hidden-value" }],
    ranges: ["10.30.0.0/20"],
  };
  const made = await registeredOn(
    config,
    (cluster, on) => new Tracing("tracing", { cluster, ...config.tracing, forward }, on),
  );
  expect(inputsOf(made, "tracing-to-forward-egress")).toMatchObject({
    spec: {
      egress: [
        {
          to: [{ ipBlock: { cidr: "10.30.0.0/20" } }],
          ports: [{ protocol: "TCP", port: 4318 }],
        },
      ],
    },
  });
  expect(JSON.stringify(inputsOf(made, "tracing-jaeger-set"))).not.toContain("hidden-value");
});
