import { expect, it } from "vitest";
import type { Retention } from "../../../api/jobs/context.ts";
import { deleteUnneeded } from "../../../api/jobs/retention.ts";
import { fakeEngine, keepAll, type Script } from "../fake-engine.ts";

function engineWith(retention: Partial<Retention>, script: Script = {}) {
  const engine = fakeEngine(
    { "due-deletions": [], ...script },
    { retention: { ...keepAll, ...retention } },
  );
  return { ...engine, round: () => deleteUnneeded(engine.context, AbortSignal.timeout(5_000)) };
}

/** What every round asks for. */
const always = [
  ...["begin", "webhooks-of-deleted-endpoints", "deleted-webhook-endpoints", "commit"],
  ...["begin", "gone-workers", "commit", "due-deletions"],
];
const minutes = 60;
const week = 7 * 86_400;

it("notes the prefixes of abandoned attempts, and of no other files", async () => {
  const { round, trail, db } = engineWith(
    { attemptDays: 7 },
    { "abandoned-attempts": [{ job_id: "j", number: 1 }] },
  );
  expect(await round()).toBe(false);
  expect(trail).toEqual(["begin", "abandoned-attempts", "delete-objects", "commit", ...always]);
  expect(db.values("abandoned-attempts")[0]).toBe(7);
  expect(db.values("delete-objects")).toEqual([["jobs/j/a1/"], 15 * minutes]);
});

it("looks again whether jobs need the uploads that it has locked", async () => {
  const { round, trail, db } = engineWith(
    { uploadDays: 90 },
    {
      "old-uploads": [{ id: "u" }, { id: "v" }],
      "delete-uploads": [{ object_key: "uploads/p/u" }],
    },
  );
  await round();
  const deleting = ["begin", "old-uploads", "delete-uploads", "delete-objects", "commit"];
  expect(trail).toEqual([...deleting, ...always]);
  expect(db.values("delete-uploads")).toEqual([90, ["u", "v"]]);
  expect(db.values("delete-objects")).toEqual([["uploads/p/u"], week]);
});

it("deletes uploads in parts that nobody completed, as it deletes old ones", async () => {
  const { round, trail, db } = engineWith(
    { unfinishedDays: 7 },
    { "unfinished-uploads": [{ id: "u" }], "delete-uploads": [{ object_key: "uploads/p/u" }] },
  );
  await round();
  const deleting = ["begin", "unfinished-uploads", "delete-uploads", "delete-objects", "commit"];
  expect(trail).toEqual([...deleting, ...always]);
  expect(db.values("unfinished-uploads")[0]).toBe(7);
  expect(db.values("delete-uploads")).toEqual([7, ["u"]]);
  expect(db.values("delete-objects")).toEqual([["uploads/p/u"], week]);
});

it("deletes old jobs with all that their attempts wrote, where there was one", async () => {
  const { round, db } = engineWith(
    { jobDays: 60 },
    {
      "old-jobs": [
        { id: "j", attempt: 3 },
        { id: "never-claimed", attempt: 0 },
      ],
    },
  );
  await round();
  expect(db.values("old-jobs")[0]).toBe(60);
  expect(db.values("delete-objects")[0]).toEqual(["jobs/j/"]);
});

it("deletes the events of old jobs, entries of the audit log, and revoked keys", async () => {
  const { round, db } = engineWith(
    { eventDays: 30, auditDays: 365 },
    { "jobs-with-old-events": [{ id: "j" }] },
  );
  await round();
  expect(db.values("delete-old-events")).toEqual([["j"]]);
  expect(db.values("old-audit")[0]).toBe(365);
  expect(db.values("revoked-keys")[0]).toBe(365);
});

it("asks only for workers and what is due where config keeps everything", async () => {
  const { round, trail } = engineWith({});
  expect(await round()).toBe(false);
  expect(trail).toEqual(always);
});

it("goes on at once while a step is full", async () => {
  const many = Array.from({ length: 100 }, (_, number) => ({ job_id: "j", number }));
  expect(await engineWith({ attemptDays: 7 }, { "abandoned-attempts": many }).round()).toBe(true);
});
