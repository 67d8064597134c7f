import { expect, it } from "vitest";
import type { Retention } from "../../../api/jobs/context.ts";
import { deleteUnneeded } from "../../../api/jobs/retention.ts";
import { fakeEngine, figures, type Script } from "../fake-engine.ts";

function engineWith(retention: Retention, script: Script = {}) {
  const engine = fakeEngine(
    { "abandoned-attempts": [], "old-uploads": [], "expired-uploads": [], ...script },
    { retention },
  );
  return { ...engine, round: () => deleteUnneeded(engine.context, AbortSignal.timeout(5_000)) };
}

const week = { attemptDays: 7, uploadDays: 0 };
const abandoned = [{ job_id: "j", number: 1 }];

it("deletes the files of an attempt, of no other one, and then says that they are deleted", async () => {
  const { files, round, trail, db, metrics } = engineWith(week, {
    "abandoned-attempts": abandoned,
  });
  for (const key of ["jobs/j/a1/one", "jobs/j/a1/x/two", "jobs/j/a10/one", "jobs/j/a2/one"]) {
    files.set(key, "file");
  }
  expect(await round()).toBe(false);
  expect([...files.keys()]).toEqual(["jobs/j/a10/one", "jobs/j/a2/one"]);
  expect(trail).toEqual(["abandoned-attempts", "attempt-deleted"]);
  expect(db.values("abandoned-attempts")[0]).toBe(7);
  expect(await figures(metrics.objectsDeleted)).toEqual({ "": 2 });
});

it("says nothing of an attempt whose files could not be deleted, so that it is tried again", async () => {
  const { context, files, trail } = engineWith(week, { "abandoned-attempts": abandoned });
  files.set("jobs/j/a1/one", "file");
  const store = { ...context.store, remove: () => Promise.reject(new Error("the store is away")) };
  const round = deleteUnneeded({ ...context, store }, AbortSignal.timeout(5_000));
  await expect(round).rejects.toThrow("the store is away");
  expect(trail).toEqual(["abandoned-attempts"]);
});

it("closes an upload to jobs before it deletes the object", async () => {
  const { files, round, trail } = engineWith(
    { attemptDays: 0, uploadDays: 90 },
    { "old-uploads": [{ id: "u" }], "expired-uploads": [{ id: "u", object_key: "uploads/p/u" }] },
  );
  files.set("uploads/p/u", "video");
  await round();
  expect([...files.keys()]).toEqual([]);
  const closing = ["begin", "old-uploads", "uploads-expired", "commit"];
  expect(trail).toEqual([...closing, "expired-uploads", "upload-deleted"]);
});

it("asks for nothing where config keeps everything", async () => {
  const { round, trail } = engineWith({ attemptDays: 0, uploadDays: 0 });
  expect(await round()).toBe(false);
  expect(trail).toEqual([]);
});

it("goes on at once while rounds are full", async () => {
  const many = Array.from({ length: 20 }, (_, number) => ({ job_id: "j", number }));
  expect(await engineWith(week, { "abandoned-attempts": many }).round()).toBe(true);
});
