import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { createPollSource } from "../../../worker/src/agent/poll-source.ts";
import { Gate } from "../../../worker/src/agent/gate.ts";
import { Slots } from "../../../worker/src/agent/slots.ts";
import type { WorkSourceArgs } from "../../../worker/src/agent/work-source.ts";
import { fakeWorkerApi, lease } from "../fake-api.ts";

type Answer = (value: Lease | undefined) => void;

/** A source with a claim that waits until the test answers it, and jobs that the test ends. */
async function startSource(size = 1, gate?: Gate) {
  const api = fakeWorkerApi();
  const claims: { answer: Answer; signal: AbortSignal }[] = [];
  api.claimAny.mockImplementation((_seconds, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Lease | undefined>();
    claims.push({ answer: resolve, signal });
    signal.addEventListener("abort", () => {
      reject(new Error("aborted"));
    });
    return promise;
  });
  const jobs: (() => void)[] = [];
  const onLease = vi.fn<WorkSourceArgs["onLease"]>(
    () => new Promise((resolve) => jobs.push(resolve)),
  );
  const slots = new Slots(size);
  const source = createPollSource({
    ...{ api, slots, log: pino({ level: "silent" }), onLease },
    ...(gate && { gate }),
  });
  source.start();
  await turn();
  return { api, claims, jobs, onLease, slots, source };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a worker that polls", () => {
  it("asks once for each slot and takes a job into its slot until the job ends", async () => {
    const { api, claims, jobs, onLease, slots } = await startSource(2);
    expect(api.claimAny).toHaveBeenCalledTimes(2);
    expect(api.claimAny.mock.calls[0]?.[0]).toBe(10);
    claims[0]?.answer(lease);
    await turn();
    expect(onLease).toHaveBeenCalledWith(lease);
    expect([slots.free, api.claimAny.mock.calls.length]).toEqual([0, 2]);
    jobs[0]?.();
    await turn();
    expect([slots.free, api.claimAny.mock.calls.length]).toEqual([0, 3]);
  });

  it("asks again at once when there was no job", async () => {
    const { api, claims } = await startSource();
    claims[0]?.answer(undefined);
    await turn();
    expect(api.claimAny).toHaveBeenCalledTimes(2);
  });

  it("waits longer after each failure in a row, and starts afresh after a success", async () => {
    // Of each pause the shortest that can be drawn.
    vi.spyOn(Math, "random").mockReturnValue(0);
    const api = fakeWorkerApi();
    const times: number[] = [];
    let failures = 0;
    api.claimAny.mockImplementation(() => {
      times.push(Date.now());
      failures += 1;
      return failures === 8 ? Promise.resolve(undefined) : Promise.reject(new Error("away"));
    });
    const source = createPollSource({
      api,
      slots: new Slots(1),
      log: pino({ level: "silent" }),
      onLease: () => Promise.resolve(),
    });
    source.start();
    await vi.advanceTimersByTimeAsync(25_000);
    await source.stop();
    const pauses = times.map((time, index) => time - (times[index - 1] ?? time)).slice(1, 10);
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500, 0, 250]);
  });

  it("gives back the slot of a job that failed, and goes on", async () => {
    const { api, claims, onLease, slots } = await startSource();
    onLease.mockRejectedValueOnce(new Error("broken"));
    claims[0]?.answer(lease);
    await turn();
    expect(slots.free).toBe(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(api.claimAny).toHaveBeenCalledTimes(2);
  });

  it("takes nothing more once it stops, and ends with its last job", async () => {
    const { api, claims, jobs, source } = await startSource(2);
    claims[0]?.answer(lease);
    await turn();
    await source.stop();
    expect(claims[1]?.signal.aborted).toBe(true);
    let closed = false;
    const closing = source.close().then(() => {
      closed = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([closed, api.claimAny.mock.calls.length]).toEqual([false, 2]);
    jobs[0]?.();
    await closing;
    expect(api.claimAny).toHaveBeenCalledTimes(2);
  });

  it("hands back a job that was claimed while it stopped", async () => {
    const { api, onLease, source } = await startSource();
    const claim = Promise.withResolvers<Lease | undefined>();
    const other = createPollSource({
      api: { ...api, claimAny: () => claim.promise },
      slots: new Slots(1),
      log: pino({ level: "silent" }),
      onLease,
    });
    other.start();
    await turn();
    await other.stop();
    claim.resolve(lease);
    await other.close();
    expect(api.release.mock.calls).toEqual([[lease, "draining"]]);
    expect(onLease).not.toHaveBeenCalled();
    await source.stop();
  });

  it("asks only while its gate is open, and when a slot is free", async () => {
    const gate = new Gate();
    const { api, claims, slots, source } = await startSource(1, gate);
    expect(api.claimAny).not.toHaveBeenCalled();
    const giveBack = slots.take();
    gate.open();
    await turn();
    expect(api.claimAny).not.toHaveBeenCalled();
    giveBack?.();
    await turn();
    expect(api.claimAny).toHaveBeenCalledOnce();
    gate.shut();
    claims[0]?.answer(undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([slots.free, api.claimAny.mock.calls.length]).toEqual([1, 1]);
    await source.stop();
    await source.close();
  });

  it("keeps a job that came after its gate shut", async () => {
    const gate = new Gate();
    gate.open();
    const { claims, onLease } = await startSource(1, gate);
    gate.shut();
    claims[0]?.answer(lease);
    await turn();
    expect(onLease).toHaveBeenCalledWith(lease);
  });
});
