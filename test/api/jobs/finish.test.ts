import { describe, expect, it, vi } from "vitest";
import type { AttemptOutcome } from "@framewright/contracts/client-api.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import type { EngineContext } from "../../../api/jobs/context.ts";
import {
  completeAttempt,
  failAttempt,
  releaseAttempt,
  requireOwner,
} from "../../../api/jobs/finish.ts";
import { sampleResult } from "../api-under-test.ts";
import { sampleFiles } from "../worker-under-test.ts";
import { aDubLine } from "../../support/dub-lines.ts";
import { FakeDb, fakeEngine, figures, lockedJob, type Script } from "../fake-engine.ts";

const ref = { jobId: "job-1", attempt: 2, workerId: "worker-1" };
const prefix = "jobs/job-1/a2/";
const locked = lockedJob();
const result = sampleResult();
const error = { kind: "input", code: "no-video", message: "No video" } as const;

/** The engine while the attempt owns its job, with its outputs in the store. */
function engineOfOwner(script: Script = {}) {
  const engine = fakeEngine({
    "owns-job": [{ kind: "transcode" }],
    "lock-attempt": [locked],
    "add-to-outbox": [{ id: "9" }],
    ...script,
  });
  for (const [path, [, text]] of Object.entries(sampleFiles)) engine.files.set(prefix + path, text);
  return engine;
}

describe("completing an attempt", () => {
  it("publishes it in one transaction, and tells who waits after the commit", async () => {
    const { context, db, trail, metrics } = engineOfOwner();
    expect(await completeAttempt(context, ref, result)).toBe("succeeded");
    expect(trail).toEqual([
      "owns-job",
      "begin",
      "lock-attempt",
      "publish-job",
      "close-attempt",
      "add-event",
      "commit",
      "changed job-1",
    ]);
    expect(db.values("publish-job")).toEqual(["job-1", 2, result]);
    expect(db.values("close-attempt")).toEqual(["job-1", 2, "succeeded", null, null]);
    expect(db.values("add-event")).toEqual(["job-1", "succeeded", 2, null]);
    expect(await figures(metrics.attemptsEnded)).toEqual({ succeeded: 1 });
  });

  it("keeps the lines of a dub apart from the job, which is read far more often", async () => {
    const { context, db, trail } = engineOfOwner();
    const summary = { language: "pt", from: "en", voice: "dora", wordErrorRate: 0 };
    const dub = { ...summary, worstStartSeconds: 0, overlong: 0, lines: [aDubLine()] };
    expect(await completeAttempt(context, ref, { ...result, dub })).toBe("succeeded");
    expect(trail).toContain("store-transcript");
    const [, , stored] = db.values("publish-job") as [unknown, unknown, { dub: object }];
    expect(stored.dub).toEqual({ ...summary, worstStartSeconds: 0, overlong: 0, lines: 1 });
    expect(db.values("store-transcript")).toEqual(["job-1", JSON.stringify([aDubLine()])]);
  });

  it.each<[string, (files: Map<string, string>) => void, string]>([
    [
      "a playlist that is none",
      (files) => files.set(`${prefix}720p/index.m3u8`, "hello"),
      "720p/index.m3u8 does not begin with #EXTM3U",
    ],
    [
      "a file that is not there",
      (files) => files.delete(`${prefix}poster.jpg`),
      "poster.jpg is missing in the object store, or empty",
    ],
    [
      "a playlist that is too large to be read",
      (files) => files.set(`${prefix}master.m3u8`, "x".repeat(8 * 1024 ** 2 + 1)),
      "master.m3u8 is larger than 8388608 bytes",
    ],
  ])("with %s fails it as a defect that names the file", async (_title, change, problem) => {
    const { context, db, files, trail, metrics } = engineOfOwner();
    change(files);
    await expect(completeAttempt(context, ref, result)).rejects.toMatchObject({
      code: "result-refused",
      message: `The result was refused: ${problem}`,
    });
    const message = `The result was refused: ${problem}`;
    const reason = { kind: "defect", code: "result-invalid", message };
    expect(db.values("close-attempt")).toEqual(["job-1", 2, "failed", reason, null]);
    expect(trail).not.toContain("publish-job");
    expect(await figures(metrics.attemptsEnded)).toEqual({ queued: 1 });
  });

  it("with a wrong result cancels a job that is to be cancelled", async () => {
    const { context, files } = engineOfOwner({
      "lock-attempt": [{ ...locked, cancel_requested: true }],
    });
    files.delete(`${prefix}poster.jpg`);
    expect(await completeAttempt(context, ref, result)).toBe("cancelled");
  });

  it("is answered as unavailable while the store does not answer in time", async () => {
    const { context, trail } = engineOfOwner();
    vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(AbortSignal.abort());
    const silent = () => Promise.reject(new DOMException("aborted", "AbortError"));
    const store = { ...context.store, sizes: silent };
    await expect(completeAttempt({ ...context, store }, ref, result)).rejects.toMatchObject({
      code: "unavailable",
      retryAfterSeconds: 2,
    });
    expect(trail).toEqual(["owns-job"]);
  });

  it("cancels a job that is to be cancelled, instead of publishing it", async () => {
    const { context, db, trail } = engineOfOwner({
      "lock-attempt": [{ ...locked, cancel_requested: true }],
    });
    expect(await completeAttempt(context, ref, result)).toBe("cancelled");
    expect(trail).not.toContain("publish-job");
    expect(db.values("end-job").slice(0, 2)).toEqual(["job-1", "cancelled"]);
  });

  it("is undone when the guarded write finds the job changed", async () => {
    const { context, trail, metrics } = engineOfOwner({ "publish-job": 0 });
    await expect(completeAttempt(context, ref, result)).rejects.toThrow(
      "job job-1 changed although its row was locked",
    );
    expect(trail.slice(-2)).toEqual(["publish-job", "rollback"]);
    expect(await figures(metrics.attemptsEnded)).toEqual({});
  });
});

it("a failed attempt keeps what it found in the file, and gives only its error to the job", async () => {
  const { context, db } = engineOfOwner();
  const { source } = result;
  expect(await failAttempt(context, ref, { ...error, source })).toBe("failed");
  expect(db.values("close-attempt")).toEqual(["job-1", 2, "failed", { ...error, source }, null]);
  expect(db.values("end-job").slice(0, 3)).toEqual(["job-1", "failed", error]);
  expect(db.values("add-event")).toEqual(["job-1", "failed", 2, error]);
});

it("a failed attempt gives its error to the job", async () => {
  const { context, db, metrics } = engineOfOwner();
  expect(await failAttempt(context, ref, error)).toBe("failed");
  expect(db.values("close-attempt")).toEqual(["job-1", 2, "failed", error, null]);
  expect(db.values("end-job")).toEqual(["job-1", "failed", error, { input: 1 }]);
  expect(await figures(metrics.attemptsEnded)).toEqual({ failed: 1 });
});

it("a released attempt queues its job, whose message is sent after the commit", async () => {
  const { context, db, trail, messages } = engineOfOwner();
  expect(await releaseAttempt(context, ref)).toBe("queued");
  expect(db.values("close-attempt")).toEqual(["job-1", 2, "released", null, null]);
  const afterCommit = trail.slice(trail.indexOf("commit"));
  expect(afterCommit).toEqual(["commit", "changed job-1", "publish soon", "queue grew"]);
  expect(messages).toEqual([
    { outboxId: "9", jobId: "job-1", jobClass: "cpu.720p", priority: "high" },
  ]);
});

type Call = (context: EngineContext) => Promise<JobState>;
const calls: [string, Call, AttemptOutcome[]][] = [
  ["complete", (context) => completeAttempt(context, ref, result), ["succeeded", "cancelled"]],
  ["fail", (context) => failAttempt(context, ref, error), ["failed", "cancelled"]],
  ["release", (context) => releaseAttempt(context, ref), ["released", "cancelled"]],
];

describe.each(calls)("a call to %s an attempt that owns its job no longer", (_, call, outcomes) => {
  it("is answered as before when the first answer got lost", async () => {
    const { context, db, trail, metrics } = fakeEngine({
      "owns-job": [],
      "lock-attempt": [],
      "settled-earlier": [{ state: "cancelled" }],
    });
    expect(await call(context)).toBe("cancelled");
    expect(db.values("settled-earlier")).toEqual(["job-1", 2, "worker-1", outcomes]);
    expect(trail.at(-1)).toBe("commit");
    expect(await figures(metrics.attemptsEnded)).toEqual({});
  });

  it("is refused as lost otherwise", async () => {
    const { context, trail } = fakeEngine({
      "owns-job": [],
      "lock-attempt": [],
      "settled-earlier": [],
    });
    await expect(call(context)).rejects.toMatchObject({
      code: "attempt-lost",
      message: "Attempt 2 of job job-1 no longer owns the job; stop it and write nothing more",
    });
    expect(trail.at(-1)).toBe("rollback");
  });
});

it("only the owner of a job may ask for more", async () => {
  const owner = new FakeDb({ "owns-job": [{ kind: "transcode" }] });
  await expect(requireOwner(owner, ref)).resolves.toBeUndefined();
  expect(owner.values("owns-job")).toEqual(["job-1", 2, "worker-1"]);
  const lost = requireOwner(new FakeDb({ "owns-job": [] }), ref);
  await expect(lost).rejects.toMatchObject({ code: "attempt-lost" });
});
