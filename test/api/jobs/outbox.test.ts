import { pino } from "pino";
import { describe, expect, it, vi } from "vitest";
import type { Broker, QueueMessage } from "../../../api/backends/broker.ts";
import { createOutboxPublisher } from "../../../api/jobs/outbox.ts";
import { createMetrics } from "../../../api/metrics.ts";
import { FakeDb, figures, type Script } from "../fake-engine.ts";

const message = (outboxId: string): QueueMessage => ({
  outboxId,
  jobId: `job-${outboxId}`,
  jobClass: "cpu.720p",
  priority: "normal",
});
const row = (id: string) => ({ id, job_id: `job-${id}`, class: "cpu.720p", priority: "normal" });

interface Setting {
  readonly script?: Script;
  readonly connected?: boolean;
  readonly publish?: Broker["publish"];
}

function publisherWith({ script, connected = true, publish }: Setting = {}) {
  const db = new FakeDb(script);
  const metrics = createMetrics();
  const send = vi.fn<Broker["publish"]>(publish ?? (() => Promise.resolve()));
  const broker = { connected, publish: send };
  const log = pino({ level: "silent" });
  const outbox = createOutboxPublisher({ db, broker, metrics, log });
  return { outbox, db, send, published: () => figures(metrics.publishes) };
}

const refusing: Broker["publish"] = () => Promise.reject(new Error("not confirmed"));
/** Ids of the rows that were marked, one list for each UPDATE. */
const marked = (db: FakeDb) => db.executions("outbox-published").map(([ids]) => ids);

describe("the fast path", () => {
  it("marks a row when its message was confirmed, not before", async () => {
    const confirm = Promise.withResolvers<undefined>();
    const { outbox, db, send, published } = publisherWith({ publish: () => confirm.promise });
    outbox.publishSoon(message("1"));
    await Promise.resolve();
    expect(send.mock.calls).toEqual([[message("1")]]);
    expect(marked(db)).toEqual([]);
    confirm.resolve(undefined);
    await outbox.settled();
    expect(marked(db)).toEqual([["1"]]);
    expect(await published()).toEqual({ "request confirmed": 1 });
  });

  it("leaves a message that was not confirmed to the sweeper", async () => {
    const { outbox, db, published } = publisherWith({ publish: refusing });
    outbox.publishSoon(message("1"));
    await outbox.settled();
    expect(marked(db)).toEqual([]);
    expect(await published()).toEqual({ "request failed": 1 });
  });

  it("tries nothing without a connection", async () => {
    const { outbox, send } = publisherWith({ connected: false });
    outbox.publishSoon(message("1"));
    await outbox.settled();
    expect(send).not.toHaveBeenCalled();
  });

  it("has at most a thousand messages under way, and takes more when these are done", async () => {
    const confirm = Promise.withResolvers<undefined>();
    const { outbox, send } = publisherWith({ publish: () => confirm.promise });
    for (let i = 0; i < 1_001; i++) outbox.publishSoon(message(String(i)));
    expect(send).toHaveBeenCalledTimes(1_000);
    confirm.resolve(undefined);
    await outbox.settled();
    outbox.publishSoon(message("later"));
    expect(send).toHaveBeenCalledTimes(1_001);
    await outbox.settled();
  });

  it("gathers what is confirmed while rows are being marked into the next UPDATE", async () => {
    const first = Promise.withResolvers<number>();
    const answers = [first.promise, Promise.resolve(2)];
    const script = { "outbox-published": () => answers.shift() ?? new Error("too many UPDATEs") };
    const { outbox, db } = publisherWith({ script });
    outbox.publishSoon(message("1"));
    await vi.waitFor(() => {
      expect(marked(db)).toHaveLength(1);
    });
    outbox.publishSoon(message("2"));
    outbox.publishSoon(message("3"));
    first.resolve(1);
    await outbox.settled();
    expect(marked(db)).toEqual([["1"], ["2", "3"]]);
  });

  it("is settled when what was confirmed is marked, and not before", async () => {
    const update = Promise.withResolvers<number>();
    const { outbox, db } = publisherWith({ script: { "outbox-published": () => update.promise } });
    outbox.publishSoon(message("1"));
    const settled = vi.fn();
    const waiting = outbox.settled().then(settled);
    await vi.waitFor(() => {
      expect(marked(db)).toHaveLength(1);
    });
    await new Promise(setImmediate);
    expect(settled).not.toHaveBeenCalled();
    update.resolve(1);
    await waiting;
  });

  it("goes on marking after an UPDATE that failed", async () => {
    const answers = [new Error("database away"), 1];
    const script = { "outbox-published": () => answers.shift() ?? 0 };
    const { outbox, db } = publisherWith({ script });
    outbox.publishSoon(message("1"));
    await outbox.settled();
    outbox.publishSoon(message("2"));
    await outbox.settled();
    expect(marked(db)).toEqual([["1"], ["2"]]);
  });
});

describe("the sweeper's path", () => {
  it("takes due rows for two seconds, and marks those that were confirmed", async () => {
    const publish: Broker["publish"] = ({ outboxId }) =>
      outboxId === "2" ? refusing(message("2")) : Promise.resolve();
    const script = { "outbox-take-due": [row("1"), row("2"), row("3")] };
    const { outbox, db, send, published } = publisherWith({ script, publish });
    expect(await outbox.publishDue(50)).toBe(2);
    expect(db.values("outbox-take-due")).toEqual([50, 2]);
    expect(send.mock.calls.map(([sent]) => sent)).toEqual(["1", "2", "3"].map(message));
    expect(marked(db)).toEqual([["1", "3"]]);
    expect(await published()).toEqual({ "sweeper confirmed": 2, "sweeper failed": 1 });
  });

  it("marks nothing when nothing was confirmed", async () => {
    const script = { "outbox-take-due": [row("1")] };
    const { outbox, db } = publisherWith({ script, publish: refusing });
    expect(await outbox.publishDue(50)).toBe(0);
    expect(db.trail).toEqual(["outbox-take-due"]);
  });

  it("takes no rows without a connection: they stay due", async () => {
    const { outbox, db } = publisherWith({ connected: false });
    expect(await outbox.publishDue(50)).toBe(0);
    expect(db.trail).toEqual([]);
  });
});
