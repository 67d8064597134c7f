import { beforeAll, describe, expect, it } from "vitest";
import { hoistTitled } from "../../../api/plugins/openapi.ts";
import { sharedClientApp } from "../fakes.ts";

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: unknown[];
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly webhooks: {
    readonly event: {
      readonly post: {
        readonly parameters: { readonly name: string }[];
        readonly requestBody: { content: { "application/json": { readonly schema: object } } };
      };
    };
  };
  readonly components: { readonly schemas: Record<string, unknown> };
}

let built: Awaited<ReturnType<typeof sharedClientApp>>;
let document: Document;
beforeAll(async () => {
  built = await sharedClientApp();
  document = (await built.app.inject("/openapi.json")).json();
});

describe("the OpenAPI document", () => {
  it("is of version 3.1 and has every path of the client API", () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths).toSorted()).toEqual([
      "/healthz",
      "/readyz",
      "/v1/api-keys",
      "/v1/api-keys/{keyId}",
      "/v1/audit",
      "/v1/egress",
      "/v1/egress/{egressId}",
      "/v1/egress/{egressId}/events",
      "/v1/egress/{egressId}/stop",
      "/v1/glossaries",
      "/v1/glossaries/{from}/{to}",
      "/v1/jobs",
      "/v1/jobs/plan",
      "/v1/jobs/{jobId}",
      "/v1/jobs/{jobId}/cancel",
      "/v1/jobs/{jobId}/events",
      "/v1/jobs/{jobId}/transcript",
      "/v1/limits",
      "/v1/playback/{token}/{path}",
      "/v1/profiles",
      "/v1/profiles/{name}",
      "/v1/projects",
      "/v1/projects/{projectId}",
      "/v1/recordings/{token}/{path}",
      "/v1/uploads",
      "/v1/uploads/{uploadId}",
      "/v1/uploads/{uploadId}/complete",
      "/v1/uploads/{uploadId}/parts",
      ...["", "/{endpointId}"].map((rest) => `/v1/webhook-endpoints${rest}`),
      "/v1/webhook-endpoints/{endpointId}/deliveries",
      "/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}",
      "/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver",
      "/v1/webhook-endpoints/{endpointId}/redeliver-failed",
      "/v1/webhook-endpoints/{endpointId}/rotate-secret",
      "/v1/webhook-endpoints/{endpointId}/test",
      "/v1/worker-tokens",
      "/v1/worker-tokens/{tokenId}",
      "/v1/workers",
      "/v1/workers/{workerId}/drain",
      "/v1/workers/{workerId}/revoke",
    ]);
  });

  it("describes what receivers get, with the headers to verify", () => {
    const { post } = document.webhooks.event;
    expect(post.parameters.map(({ name }) => name)).toEqual([
      "webhook-id",
      "webhook-timestamp",
      "webhook-signature",
    ]);
    expect(post.requestBody.content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/WebhookEvent",
    });
    expect(document.components.schemas).toHaveProperty("WebhookEvent.properties.type.enum");
  });

  it("describes every operation, and its problems as problem+json", () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        expect([path, operation.summary]).toEqual([path, expect.any(String)]);
        if (path.startsWith("/v1/")) {
          expect(operation.responses["4XX"]?.content).toHaveProperty(["application/problem+json"]);
        }
      }
    }
  });

  it("has named schemas, and every reference leads to one", () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, n]) => n);
    expect(references.length).toBeGreaterThan(20);
    const names = Object.keys(document.components.schemas);
    expect(references.filter((name) => !names.includes(name ?? ""))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["Job", "JobList", "Problem", "UploadTicket"]));
  });

  it("needs a key everywhere but for playback and health", () => {
    const open = Object.entries(document.paths)
      .filter(([, operations]) => Object.values(operations).some((o) => o.security?.length === 0))
      .map(([path]) => path);
    expect(open.toSorted()).toEqual([
      "/healthz",
      "/readyz",
      "/v1/playback/{token}/{path}",
      "/v1/recordings/{token}/{path}",
    ]);
  });

  it("can be read on a page", async () => {
    const page = await built.app.inject("/docs/");
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-type"]).toContain("text/html");
  });
});

it("hoisting leaves schemas without a title where they are", () => {
  const schemas: Record<string, unknown> = {};
  const inner = { type: "object", title: "Inner", properties: {} };
  expect(hoistTitled({ a: [{ schema: inner }], b: { type: "string" } }, schemas)).toEqual({
    a: [{ schema: { $ref: "#/components/schemas/Inner" } }],
    b: { type: "string" },
  });
  expect(schemas).toEqual({ Inner: inner });
});
