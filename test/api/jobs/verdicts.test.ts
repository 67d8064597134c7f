import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  decide,
  verdicts,
  type EndedAttempt,
  type FailureKind,
} from "../../../api/jobs/verdicts.ts";

const end = (kind: FailureKind, change: Partial<EndedAttempt> = {}) =>
  decide({ kind, failures: {}, cancelRequested: false, jitter: 1, ...change });

describe("what follows from the end of an attempt", () => {
  it.each([
    ["bad media fails the job at once", "input", {}, { state: "failed", failures: { input: 1 } }],
    [
      "a first passing error is tried again after 5 s",
      "transient",
      {},
      { state: "queued", delayMs: 5_000, failures: { transient: 1 } },
    ],
    [
      "a second passing error waits twice as long",
      "transient",
      { transient: 1 },
      { state: "queued", delayMs: 10_000, failures: { transient: 2 } },
    ],
    [
      "a third passing error fails the job",
      "transient",
      { transient: 2 },
      { state: "failed", failures: { transient: 3 } },
    ],
    [
      "a preempted attempt is repeated at once and not counted",
      "preempted",
      { transient: 2 },
      { state: "queued", delayMs: 0, failures: { transient: 2 } },
    ],
    [
      "a defect is tried once more",
      "defect",
      {},
      { state: "queued", delayMs: 1_000, failures: { defect: 1 } },
    ],
    [
      "a second defect fails the job",
      "defect",
      { defect: 1 },
      { state: "failed", failures: { defect: 2 } },
    ],
    [
      "a lost worker's job is taken over at once",
      "lost",
      { transient: 2 },
      { state: "queued", delayMs: 0, failures: { transient: 2, lost: 1 } },
    ],
    [
      "a job that has lost five workers fails",
      "lost",
      { lost: 4 },
      { state: "failed", failures: { lost: 5 } },
    ],
  ] as const)("%s", (_what, kind, failures, expected) => {
    expect(end(kind, { failures })).toEqual(expected);
  });

  it("a wish to cancel outranks every kind of end", () => {
    for (const kind of Object.keys(verdicts) as FailureKind[]) {
      expect(end(kind, { cancelRequested: true })).toEqual({ state: "cancelled" });
    }
  });

  it("retries spread over half to the whole of the delay", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (jitter) => {
        const decision = end("transient", { jitter });
        expect(decision).toMatchObject({ state: "queued" });
        if (decision.state !== "queued") return;
        expect(decision.delayMs).toBeGreaterThanOrEqual(2_500);
        expect(decision.delayMs).toBeLessThanOrEqual(5_000);
      }),
    );
  });

  it("no job goes on for ever, whatever mix of counted ends it meets", () => {
    const kinds = (Object.keys(verdicts) as FailureKind[]).filter((kind) => kind !== "preempted");
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { minLength: 10, maxLength: 10 }), (ends) => {
        let failures = {};
        const states = ends.map((kind) => {
          const decision = decide({ kind, failures, cancelRequested: false, jitter: 0 });
          if (decision.state === "queued") failures = decision.failures;
          return decision.state;
        });
        expect(states).toContain("failed");
      }),
    );
  });
});
