import { expect, it } from "vitest";
import { claimJob, type Claimant } from "../../../api/jobs/claim.ts";
import { aProfile } from "../../support/profiles.ts";
import { fakeEngine, figures } from "../fake-engine.ts";

const claimant: Claimant = {
  workerId: "worker-1",
  workerName: "gpu-0",
  classes: ["nvenc.720p", "nvenc.1080p"],
  inputs: ["upload", "url"],
};
const row = {
  id: "job-1",
  attempt: 4,
  kind: "transcode",
  profile: "hls-1080p",
  profile_definition: null,
  request_id: "request-1",
  source_url: null,
  object_key: "uploads/p/u",
  size_bytes: "123456",
};

it.each([
  ["the job that a message names", "claim-by-id", "job-1", ["job-1"]],
  ["the next job that fits", "claim-next", undefined, []],
])("a claim takes %s and gives a lease", async (_what, statement, jobId, more) => {
  const { context, db, trail, metrics } = fakeEngine({ [statement]: [row] });
  expect(await claimJob(context, claimant, jobId)).toEqual({
    jobId: "job-1",
    attempt: 4,
    kind: "transcode",
    profile: "hls-1080p",
    profileDefinition: aProfile("hls-1080p"),
    leaseSeconds: 30,
    heartbeatSeconds: 5,
    source: { url: "inside:uploads/p/u:21600", sizeBytes: 123_456 },
    requestId: "request-1",
  });
  expect(trail).toEqual([
    "begin",
    statement,
    "insert-attempt",
    "outbox-done",
    "add-event",
    "commit",
    "changed job-1",
  ]);
  const { classes, inputs } = claimant;
  expect(db.values(statement)).toEqual(["worker-1", 30, classes, inputs, ...more]);
  expect(db.values("insert-attempt")).toEqual(["job-1", 4, "worker-1", "gpu-0"]);
  expect(db.values("outbox-done")).toEqual(["job-1"]);
  expect(db.values("add-event")).toEqual(["job-1", "running", 4, null]);
  expect(await figures(metrics.attemptsStarted)).toEqual({ "": 1 });
});

it("a claim gives what the job was made for, whatever the profile of that name is now", async () => {
  const definition = { ...aProfile("hls-1080p"), description: "As it was" };
  const rows = [{ ...row, profile_definition: definition }];
  const { context } = fakeEngine({ "claim-by-id": rows });
  expect((await claimJob(context, claimant, "job-1"))?.profileDefinition).toEqual(definition);
});

it("a claim gives the name alone of a profile that only a newer replica knows", async () => {
  const rows = [{ ...row, profile: "mobile" }];
  const { context } = fakeEngine({ "claim-by-id": rows });
  const lease = await claimJob(context, claimant, "job-1");
  expect(lease?.profile).toBe("mobile");
  expect(lease).not.toHaveProperty("profileDefinition");
});

it("a job that works on a URL gives the lease that URL alone", async () => {
  const url = "https://media.example/a.mp4?sig=1";
  const source = { object_key: null, size_bytes: null, source_url: url };
  const { context } = fakeEngine({ "claim-next": [{ ...row, ...source }] });
  expect(await claimJob(context, claimant)).toMatchObject({ source: { externalUrl: url } });
});

it("a job that cannot be claimed gives no lease, and nobody hears of it", async () => {
  const { context, trail, metrics } = fakeEngine({ "claim-by-id": [] });
  expect(await claimJob(context, claimant, "job-1")).toBeUndefined();
  expect(trail).toEqual(["begin", "claim-by-id", "commit"]);
  expect(await figures(metrics.attemptsStarted)).toEqual({ "": 0 });
});
