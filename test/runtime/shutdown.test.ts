import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stopOnSignals } from "../../runtime/shutdown.ts";

const signals = ["SIGTERM", "SIGINT"] as const;
const log = pino({ level: "silent" });
const exit = vi.fn();
const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));

beforeEach(() => {
  exit.mockReset();
  vi.spyOn(process, "exit").mockImplementation(exit as unknown as typeof process.exit);
});

afterEach(() => {
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
    }
  }
  vi.restoreAllMocks();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a signal to stop", () => {
  it.each(signals)("%s stops the program and then exits with 0", async (signal) => {
    const stopped = Promise.withResolvers<undefined>();
    const stop = vi.fn(() => stopped.promise);
    stopOnSignals(stop, log);
    process.emit(signal, signal);
    await turn();
    expect([stop.mock.calls.length, exit.mock.calls.length]).toEqual([1, 0]);
    stopped.resolve(undefined);
    await turn();
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it("exits with 1 when stopping fails", async () => {
    stopOnSignals(() => Promise.reject(new Error("hangs")), log);
    process.emit("SIGTERM", "SIGTERM");
    await turn();
    expect(exit.mock.calls[0]).toEqual([1]);
  });

  it("exits at once with 1 when it comes a second time", async () => {
    const stop = vi.fn(() => new Promise<void>(() => undefined));
    stopOnSignals(stop, log);
    process.emit("SIGTERM", "SIGTERM");
    process.emit("SIGINT", "SIGINT");
    await turn();
    expect(exit.mock.calls[0]).toEqual([1]);
  });
});
