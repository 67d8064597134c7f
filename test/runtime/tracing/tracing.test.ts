import { setTimeout as sleep } from "node:timers/promises";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../runtime/log.ts";
import type { TracingSettings } from "../../../runtime/tracing/settings.ts";
import {
  addPastSpan,
  currentTraceparent,
  describeSpan,
  ifLong,
  inSpan,
  startTracing,
  stopTracing,
  traceFields,
  under,
} from "../../../runtime/tracing/tracing.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../../support/otlp-receiver.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parent = `00-${traceId}-b7ad6b7169203331-01`;

let receiver: OtlpReceiver;
let lines: Record<string, unknown>[];

async function start(
  change: Partial<TracingSettings> = {},
): Promise<ReturnType<typeof createLogger>> {
  lines = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const log = createLogger({ level: "info", base: {}, current: traceFields, destination });
  const settings = {
    endpoint: receiver.endpoint,
    headers: {},
    jobRatio: 1,
    requestRatio: 1,
    statementMs: 5,
  };
  await startTracing({ ...settings, ...change }, () => ({
    service: "tested",
    instance: "one",
    log,
  }));
  return log;
}

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await stopTracing();
  await receiver.close();
});

describe("spans", () => {
  it("arrive at the receiver as one tree under the traceparent that work began with", async () => {
    await start({ headers: { "x-scope": "team" } });
    const inner = await inSpan("outer", { parent, facts: { "job.id": "7" } }, () =>
      inSpan("inner", { kind: "client" }, () => Promise.resolve(currentTraceparent())),
    );
    await stopTracing();
    const [second, first] = receiver.spans;
    expect(first).toMatchObject({
      ...{ service: "tested", name: "outer", traceId, parentSpanId: "b7ad6b7169203331" },
      facts: { "job.id": "7" },
    });
    expect(second).toMatchObject({ name: "inner", traceId, parentSpanId: first?.spanId });
    expect(inner).toBe(`00-${traceId}-${second?.spanId ?? ""}-01`);
    expect(receiver.headers()[0]).toMatchObject({ "x-scope": "team" });
  });

  it("of an error say so, without what a secret address has, and the error goes on", async () => {
    await start();
    const failing = inSpan("upload", { parent }, () =>
      Promise.reject(
        new Error("PUT http://u:p@store/b/k?X-Amz-Signature=not-for-spans answered 403"),
      ),
    );
    await expect(failing).rejects.toThrow("answered 403");
    await stopTracing();
    expect(receiver.spans).toMatchObject([{ name: "upload", failed: true }]);
    expect(receiver.raw()).toContain("http://…@store/b/k?… answered 403");
    expect(receiver.raw()).not.toMatch(/X-Amz|not-for-spans|u:p/);
  });

  it("are not made for work that belongs to no trace, and not under one that is not recorded", async () => {
    await start();
    await inSpan("sweep", {}, () => Promise.resolve());
    await inSpan("kept out", { parent: parent.replace(/01$/, "00") }, () => {
      expect(currentTraceparent()).toBeUndefined();
      return Promise.resolve();
    });
    await inSpan("hostile", { parent: "00-x" }, () => Promise.resolve());
    await stopTracing();
    expect(receiver.spans).toEqual([]);
  });

  it("of a time that is over begin where it began", async () => {
    await start();
    addPastSpan("wait", { parent, from: new Date(Date.now() - 5000) });
    await stopTracing();
    const [span] = receiver.spans;
    expect(span).toMatchObject({ name: "wait", traceId });
    expect(span?.ms).toBeGreaterThanOrEqual(5000);
    expect(span?.ms).toBeLessThan(15_000);
  });

  it("are made of brief work if it took long enough or failed", async () => {
    await start({ statementMs: 20 });
    const say = (name: string) => ({ name: () => name, facts: { "db.system.name": "postgresql" } });
    await inSpan("POST", { parent }, async () => {
      await ifLong(say("short"), () => Promise.resolve());
      await ifLong(say("long"), () => sleep(30));
      await ifLong(say("failed"), () => Promise.reject(new Error("gone"))).catch(() => undefined);
    });
    await ifLong(say("of no trace"), () => sleep(30));
    await stopTracing();
    const request = receiver.spans.find(({ name }) => name === "POST");
    expect(receiver.spans).toHaveLength(3);
    expect(receiver.spans).toMatchObject([
      { name: "long", parentSpanId: request?.spanId },
      { name: "failed", failed: true, parentSpanId: request?.spanId },
      { name: "POST" },
    ]);
    expect(receiver.spans[0]?.ms).toBeGreaterThanOrEqual(29);
  });

  it("get facts and a name while they are active, and `under` leaves them", async () => {
    await start();
    await inSpan("POST", { parent }, () => {
      describeSpan(
        { "http.route": "/v1/jobs", "http.request.header.cookie": "c" },
        "POST /v1/jobs",
      );
      expect(under(undefined, currentTraceparent)).toBeUndefined();
      return Promise.resolve();
    });
    await stopTracing();
    expect(receiver.spans).toMatchObject([{ name: "POST /v1/jobs" }]);
    expect(receiver.spans[0]?.facts).toEqual({ "http.route": "/v1/jobs" });
  });

  it("that nobody takes are reported once, and once that they are taken again", async () => {
    await start();
    receiver.answer(400);
    const send = () => inSpan("lost", { parent }, () => Promise.resolve());
    await send();
    await expect.poll(() => lines.length, { timeout: 5000 }).toBe(1);
    expect(lines[0]).toMatchObject({
      level: "warn",
      message: "spans are not taken; they are dropped",
    });
    receiver.answer(200);
    await send();
    await expect.poll(() => lines.length, { timeout: 5000 }).toBe(2);
    expect(lines[1]).toMatchObject({ message: "spans are taken again", lost: 1 });
  }, 15_000);
});

describe("lines of the log", () => {
  it("name the active span, and nothing outside of one", async () => {
    const log = await start();
    await inSpan("attempt", { parent }, () => {
      log.child({ job_id: "7" }).info("attempt started");
      return Promise.resolve();
    });
    log.info("idle");
    await stopTracing();
    const [span] = receiver.spans;
    expect(lines[0]).toMatchObject({ job_id: "7", trace_id: traceId, span_id: span?.spanId });
    expect(lines[1]).not.toHaveProperty("trace_id");
  });
});

describe("without an endpoint", () => {
  it("work is called as it is", async () => {
    await startTracing(undefined, () => {
      throw new Error("nobody asks");
    });
    expect(await inSpan("attempt", { parent }, () => Promise.resolve(currentTraceparent()))).toBe(
      undefined,
    );
    expect(traceFields()).toEqual({});
  });
});
