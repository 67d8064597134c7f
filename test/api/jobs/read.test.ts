import { describe, expect, it, vi } from "vitest";
import { listJobs, readEvents, readJob, readPublished } from "../../../api/jobs/read.ts";
import { FakeDb } from "../fake-engine.ts";
import { jobRow } from "../fakes.ts";

const all = {
  projectId: "project-1",
  state: undefined,
  metadata: [],
  olderThan: undefined,
  limit: 20,
};

it("a job of another project does not exist", async () => {
  const row = jobRow();
  const db = new FakeDb({ "read-job": ([, project]) => (project === "project-1" ? [row] : []) });
  expect(await readJob(db, "project-1", "job-1")).toBe(row);
  await expect(readJob(db, "project-2", "job-1")).rejects.toMatchObject({
    code: "job-not-found",
    message: "There is no job job-1",
  });
});

describe("a list of jobs", () => {
  it.each([
    ["without a filter", "0", all, [], ["project-1", 20]],
    [
      "in one state",
      "0-state",
      { ...all, state: "failed" },
      ["j.state = $3"],
      ["project-1", 20, "failed"],
    ],
    [
      "older than one",
      "0-older",
      { ...all, olderThan: "job-9" },
      ["j.id < $3"],
      ["project-1", 20, "job-9"],
    ],
    [
      "with every filter",
      "2-state-older",
      { ...all, state: "queued", metadata: [{ a: "1" }, { b: "2" }], olderThan: "job-9" },
      [
        "j.state = $3",
        "j.metadata @> $4::jsonb AND j.metadata <> '{}'",
        "j.metadata @> $5::jsonb AND j.metadata <> '{}'",
        "j.id < $6",
      ],
      ["project-1", 20, "queued", { a: "1" }, { b: "2" }, "job-9"],
    ],
  ] as const)("%s is a statement of its own", async (_, form, filter, more, values) => {
    const name = `list-jobs-${form}`;
    const db = new FakeDb({ [name]: [] });
    const query = vi.spyOn(db, "query");
    expect(await listJobs(db, filter)).toEqual([]);
    const where = ["j.project_id = $1", ...more].join(" AND ");
    const text = expect.stringContaining(`WHERE ${where} ORDER BY j.id DESC LIMIT $2`) as string;
    expect(query).toHaveBeenCalledWith({ name, text, values });
  });
});

it("events are those after the given one", async () => {
  const db = new FakeDb({ "read-events": [{ id: "8" }] });
  expect(await readEvents(db, "job-1", 7)).toEqual([{ id: "8" }]);
  expect(db.values("read-events")).toEqual(["job-1", 7]);
});

it("only a succeeded job has a published attempt", async () => {
  expect(await readPublished(new FakeDb({ "read-published": [] }), "job-1")).toBeUndefined();
  const db = new FakeDb({ "read-published": [{ published_attempt: 2 }] });
  expect(await readPublished(db, "job-1")).toBe(2);
});
