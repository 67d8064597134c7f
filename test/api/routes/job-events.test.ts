import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { AppError } from "../../../api/errors.ts";
import type { ClientService } from "../../../api/jobs/client-service.ts";
import type { EventRow } from "../../../api/jobs/rows.ts";
import { localNotifier } from "../../../api/backends/notifier.ts";
import { createMetrics } from "../../../api/metrics.ts";
import type { Callers } from "../../../api/keys/callers.ts";
import { FollowedStream } from "../../../api/routes/followed-stream.ts";
import { followedJob } from "../../../api/routes/job-events.ts";
import { figures } from "../fake-engine.ts";
import { jobRow } from "../fakes.ts";

const created_at = new Date("2026-11-21T10:00:00Z");
const event = (id: string, type: EventRow["type"]): EventRow => ({
  ...{ id, type, attempt: 1, error: null, created_at },
});
const progressAt = (percent: number) => ({ stage: "encoding", percent }) as const;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Follows a running job; the test changes the row and the events, and wakes the stream. */
async function follow({ live = true, lastId = 0 } = {}) {
  const row = jobRow({ id: "job-1", state: "running", attempt: 1 });
  const stored = { row, events: [event("1", "queued"), event("2", "running")] };
  const job = vi.fn<ClientService["job"]>(() => Promise.resolve(stored.row));
  const events = vi.fn<ClientService["events"]>((_job, after) =>
    Promise.resolve(stored.events.filter(({ id }) => Number(id) > after)),
  );
  const metrics = createMetrics();
  const local = localNotifier();
  const raw = { write: vi.fn(() => true), end: vi.fn() };
  const stop = new AbortController();
  const options = {
    caller: { keyId: "key-1", keyName: "tests", projectId: "project-1", scopes: [] },
    raw,
    signal: stop.signal,
    lastId,
  };
  const isActive = vi.fn<Callers["isActive"]>(() => Promise.resolve(true));
  const notifier = { ...local, live };
  const deps = { notifier, metrics, callers: { isActive } };
  const followed = followedJob({ service: { job, events } }, "project-1", "job-1");
  const ended = new FollowedStream({ ...options, deps, followed }).run();
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  await vi.advanceTimersByTimeAsync(0);
  /** What was written since the last look. */
  const news = () => raw.write.mock.calls.splice(0).map((call: unknown[]) => String(call[0]));
  const wake = async () => {
    local.jobChanged("job-1");
    await vi.advanceTimersByTimeAsync(0);
  };
  return { stored, isActive, job, metrics, raw, stop, ended, news, wake, notifier: local };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe("a stream of events", () => {
  it("sends each event once, with its id, and ends with the job", async () => {
    const { stored, job, metrics, raw, ended, news, wake } = await follow();
    const data = { id: 1, type: "queued", jobId: "job-1", attempt: 1, at: created_at };
    const [first, second, ...others] = news();
    expect(first).toBe(`id: 1\nevent: state\ndata: ${JSON.stringify(data)}\n\n`);
    expect([second?.slice(0, 6), others]).toEqual(["id: 2\n", []]);
    expect(job).toHaveBeenCalledWith("project-1", "job-1");
    expect(await figures(metrics.eventStreams)).toEqual({ "": 1 });
    stored.row = { ...stored.row, state: "succeeded" };
    stored.events.push(event("3", "succeeded"));
    await wake();
    await ended;
    expect(news().map((text) => text.slice(0, 6))).toEqual(["id: 3\n"]);
    expect(raw.end).toHaveBeenCalledOnce();
    expect(await figures(metrics.eventStreams)).toEqual({ "": 0 });
  });

  it("starts after the event that the client has seen", async () => {
    const { news } = await follow({ lastId: 1 });
    expect(news().map((text) => text.slice(0, 6))).toEqual(["id: 2\n"]);
  });

  it("sends progress when it has changed", async () => {
    const { stored, news, wake } = await follow();
    news();
    stored.row = { ...stored.row, progress: progressAt(10) };
    await wake();
    await wake();
    const data = JSON.stringify({ jobId: "job-1", attempt: 1, progress: progressAt(10) });
    expect(news()).toEqual([`event: progress\ndata: ${data}\n\n`]);
    stored.row = { ...stored.row, progress: null };
    await wake();
    expect(news()).toEqual([]);
  });

  it.each([
    [true, 10],
    [false, 1],
  ])(
    "looks by itself where nobody wakes it (replicas hear each other: %s)",
    async (live, period) => {
      const { job } = await follow({ live });
      await seconds(period - 0.1);
      expect(job).toHaveBeenCalledTimes(1);
      await seconds(0.1);
      expect(job).toHaveBeenCalledTimes(2);
    },
  );

  it("looks again when the job changes during a look", async () => {
    const { job, notifier, wake } = await follow();
    job.mockImplementationOnce((_project, id) => {
      notifier.jobChanged(id);
      return Promise.resolve(jobRow({ id, state: "running", attempt: 1 }));
    });
    await wake();
    expect(job).toHaveBeenCalledTimes(3);
  });

  it("sends a comment after 15 silent seconds, so that proxies keep the connection", async () => {
    const { news } = await follow();
    news();
    await seconds(14.9);
    expect(news()).toEqual([]);
    await seconds(0.1);
    expect(news()).toEqual([": still here\n\n"]);
    await seconds(15);
    expect(news()).toEqual([": still here\n\n"]);
  });

  it("outlives a database that is away, and looks again a second later", async () => {
    const { stored, job, news, wake } = await follow();
    news();
    stored.events.push(event("3", "requeued"));
    job.mockRejectedValueOnce(new Error("away"));
    await wake();
    expect(news()).toEqual([]);
    await seconds(1);
    expect(news().map((text) => text.slice(0, 6))).toEqual(["id: 3\n"]);
  });

  it("ends at its next look when its key was revoked where nobody could tell it", async () => {
    const { isActive, job, raw, ended } = await follow({ live: false });
    isActive.mockResolvedValue(false);
    await seconds(1);
    await ended;
    expect([isActive.mock.lastCall?.[0].keyId, job.mock.calls.length]).toEqual(["key-1", 1]);
    expect(raw.end).toHaveBeenCalledOnce();
  });

  it("ends when its job is deleted", async () => {
    const { job, ended, raw, wake } = await follow();
    job.mockRejectedValue(new AppError("job-not-found", "There is no job job-1"));
    await wake();
    await ended;
    expect(raw.end).toHaveBeenCalledOnce();
  });

  it("ends when its client or the server goes, and is woken no more", async () => {
    const { job, raw, stop, ended, wake } = await follow();
    stop.abort();
    await ended;
    expect(raw.end).toHaveBeenCalledOnce();
    await wake();
    await seconds(20);
    expect(job).toHaveBeenCalledTimes(1);
  });
});
