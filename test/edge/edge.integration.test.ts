import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { catalogue } from "../../api/errors.ts";
import { until } from "../api/api-under-test.ts";
import { mirror, startBackend, type Backend } from "./a-backend.ts";
import {
  ask,
  certificateOf,
  edgeSecret,
  startEdge,
  type Answer,
  type EdgeUnderTest,
} from "./edge-under-test.ts";

let backend: Backend;
let edge: EdgeUnderTest;
let narrow: EdgeUnderTest;
beforeAll(async () => {
  backend = await startBackend(mirror);
  const { address } = backend;
  edge = await startEdge({ targets: { api: address, workerApi: address, objectStore: address } });
  // Means over ten seconds: the eleventh request is one too many.
  const limits = { requestsPerKey: 1, requestsPerAddress: 3 };
  narrow = await startEdge({ targets: { api: address }, limits });
});
afterAll(async () => {
  await Promise.all([edge.stop(), narrow.stop(), backend.close()]);
});

interface Mirrored {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const mirrored = (answer: Answer) => JSON.parse(answer.text) as Mirrored;

/** The answer is a problem as the API has it, with the request's id. */
function expectProblem(answer: Answer, code: keyof typeof catalogue): void {
  const { status, title } = catalogue[code];
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(JSON.parse(answer.text)).toEqual({
    ...{ type: `urn:framewright:problem:${code}`, title, status, code },
    detail: expect.any(String) as string,
    requestId: answer.headers["x-request-id"],
  });
}

describe("what passes", () => {
  it("goes where the table of routes says, by port and by path", async () => {
    for (const path of ["/v1/jobs?limit=1", "/v1/tus", "/framewright/uploads/a.mp4", "/docs"]) {
      const answer = mirrored(await ask(edge.url + path));
      expect(answer).toMatchObject({ method: "GET", url: path });
    }
    expect((await ask(`${edge.workerUrl}/v1/workers`)).status).toBe(200);
  });

  it("is moved from http to https with its path, its query and its method", async () => {
    const answer = await fetch(`${edge.httpUrl}/v1/jobs?limit=1`, {
      method: "POST",
      redirect: "manual",
    });
    expect(answer.status).toBe(308);
    expect(answer.headers.get("location")).toBe(`${edge.url}/v1/jobs?limit=1`);
  });

  it("tells browsers to come by TLS from now on", async () => {
    const { headers } = await ask(edge.url);
    expect(headers["strict-transport-security"]).toBe("max-age=3600");
  });

  it("carries the client's address and the edge's proof, and nothing that the client says of itself", async () => {
    const { headers } = mirrored(
      await ask(edge.url, {
        headers: {
          "x-forwarded-for": "203.0.113.7",
          "x-forwarded-proto": "http",
          forwarded: "for=203.0.113.7",
          "x-real-ip": "203.0.113.7",
          "x-framewright-edge": "a guess of the secret",
        },
      }),
    );
    expect(headers).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": new URL(edge.url).host,
      "x-framewright-edge": edgeSecret,
    });
    expect(headers["forwarded"]).toBeUndefined();
    expect(headers["x-real-ip"]).toBeUndefined();
  });

  it("keeps the id of a request, or gets one, and the log has a line of it without secrets", async () => {
    const given = await ask(`${edge.url}/v1/playback/SECRET/720p/0.m4s?token=SECRET`, {
      headers: { "x-request-id": "request-of-the-test", authorization: "Bearer SECRET" },
    });
    expect(given.headers["x-request-id"]).toBe("request-of-the-test");
    expect(mirrored(given).headers["x-request-id"]).toBe("request-of-the-test");
    const strange = await ask(edge.url, { headers: { "x-request-id": 'no"id' } });
    expect(strange.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    const line = await until("the line", () =>
      edge.log().find((text) => text.includes("request-of-the-test")),
    );
    expect(line).not.toContain("SECRET");
    const fields = JSON.parse(line) as Record<string, unknown>;
    expect(Date.now() - Date.parse(String(fields["time"]))).toBeLessThan(60_000);
    expect(fields).toMatchObject({
      level: "info",
      service: "edge",
      message: "request",
      request_id: "request-of-the-test",
      client: "127.0.0.1",
      method: "GET",
      url: "/v1/playback/…/720p/0.m4s",
      route: "playback",
      status: 200,
      tls: "TLSv1.3",
    });
  });
});

describe("what is refused", () => {
  it("has the form of the API's errors, one too many of a key", async () => {
    const as = (key: string) => ask(narrow.url, { headers: { authorization: `Bearer ${key}` } });
    for (let sent = 0; sent < 10; sent += 1) expect((await as("one")).status).toBe(200);
    const answer = await as("one");
    expectProblem(answer, "rate-limited");
    expect(answer.headers["retry-after"]).toBe("10");
    // Others of the same address may go on.
    expect((await as("another")).status).toBe(200);
  });

  it("one too many of an address, whatever keys it names", async () => {
    const answers: Answer[] = [];
    for (let sent = 0; sent < 31; sent += 1) {
      answers.push(await ask(narrow.url, { headers: { authorization: `Bearer ${sent}` } }));
    }
    const last = answers.at(-1);
    if (last === undefined) throw new Error("nothing was answered");
    expectProblem(last, "rate-limited");
  });

  it("a body that is larger than the path takes", async () => {
    const body = Buffer.alloc(1024 * 1024 + 1);
    expectProblem(await ask(edge.url, { method: "POST", body }), "too-large");
    // As a file it is none of the edge's business.
    const { status } = await ask(`${edge.url}/v1/tus`, { method: "POST", body });
    expect(status).toBe(200);
  });

  it("headers that are too large", async () => {
    expect((await ask(edge.url, { headers: { cookie: "a".repeat(14_000) } })).status).toBe(200);
    expectProblem(await ask(edge.url, { headers: { cookie: "a".repeat(16_000) } }), "too-large");
  });

  it("what nobody answers", async () => {
    const alone = await startEdge({ targets: { api: "127.0.0.1:1" } });
    try {
      const answer = await ask(alone.url);
      expectProblem(answer, "unavailable");
      expect(answer.headers["retry-after"]).toBe("5");
    } finally {
      await alone.stop();
    }
  });
});

test("by names, as on a cloud: each site answers to its own, and nothing to others", async () => {
  const [api, workerApi] = await Promise.all(
    ["api", "workers"].map((name) =>
      startBackend((request, response) => {
        response.end(name);
      }),
    ),
  );
  if (api === undefined || workerApi === undefined) throw new Error("two were started");
  const targets = { api: api.address, workerApi: workerApi.address };
  const names = { api: "api.edge.test", workerApi: "workers.edge.test" };
  const named = await startEdge({ targets, names });
  try {
    const as = (host: string) => ask(`${named.url}/v1/jobs`, { headers: { host } });
    expect((await as("api.edge.test")).text).toBe("api");
    expect((await as("API.edge.test:443")).text).toBe("api");
    expect((await as("workers.edge.test")).text).toBe("workers");
    expectProblem(await as("other.edge.test"), "not-found");
  } finally {
    await Promise.all([named.stop(), api.close(), workerApi.close()]);
  }
});

test("figures: HAProxy's own, and the end of the certificate that is served", async () => {
  const read = async (path: string) => (await fetch(edge.opsUrl + path)).text();
  expect(await read("/metrics")).toContain("haproxy_process_uptime_seconds ");
  const text = await read("/certificate");
  const [, ends] = /^framewright_edge_certificate_expiry_seconds (\d+)$/m.exec(text) ?? [];
  const { validTo } = new X509Certificate(certificateOf("edge").certificate);
  expect(Number(ends)).toBe(Date.parse(validTo) / 1000);
});
