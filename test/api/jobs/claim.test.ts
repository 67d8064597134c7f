import type { BurntSubtitles } from "../../../contracts/burnt-subtitles.ts";
import { describe, expect, it } from "vitest";
import { claimJob, type Claimant } from "../../../api/jobs/claim.ts";
import { aProfile } from "../../support/profiles.ts";
import { fakeEngine, figures } from "../fake-engine.ts";
import { noSource } from "../fake-source.ts";

const claimant: Claimant = {
  workerId: "worker-1",
  workerName: "gpu-0",
  classes: ["nvenc.720p", "nvenc.1080p"],
  inputs: ["upload", "url"],
  features: ["juggling"],
  store: "inside",
  version: "1.2.3",
};
const row = {
  id: "job-1",
  attempt: 4,
  class: "nvenc.1080p",
  waited_seconds: 2.5,
  kind: "transcode",
  profile: "hls-1080p",
  profile_definition: null,
  request_id: "request-1",
  ...noSource,
  project_id: "project-1",
  max_running: null,
  object_key: "uploads/p/u",
  size_bytes: "123456",
};

it.each([
  ["the job that a message names", "claim-for", "job-1", ["job-1"]],
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
  const { classes, inputs, features } = claimant;
  expect(db.values(statement)).toEqual(["worker-1", 30, classes, inputs, features, ...more]);
  expect(db.values("insert-attempt")).toEqual(["job-1", 4, "worker-1", "gpu-0"]);
  expect(db.values("outbox-done")).toEqual(["job-1"]);
  expect(db.values("add-event")).toEqual(["job-1", "running", 4, null]);
  expect(await figures(metrics.attemptsStarted)).toEqual({ "": 1 });
  expect(await metrics.registry.metrics()).toContain(
    'framewright_job_queue_duration_seconds_sum{class="nvenc.1080p"} 2.5',
  );
});

it("a claim gives what the job was made for, whatever the profile of that name is now", async () => {
  const definition = { ...aProfile("hls-1080p"), description: "As it was" };
  const rows = [{ ...row, profile_definition: definition }];
  const { context } = fakeEngine({ "claim-for": rows });
  expect((await claimJob(context, claimant, "job-1"))?.profileDefinition).toEqual(definition);
});

it("a claim gives the name alone of a profile that only a newer replica knows", async () => {
  const rows = [{ ...row, profile: "mobile" }];
  const { context } = fakeEngine({ "claim-for": rows });
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

it("a job with an overlay gives the lease where its picture is", async () => {
  const look = { position: "top", width: 0.2 } as const;
  const edit = { clip: { end: 5 }, overlay: { ...look, input: { uploadId: "logo" } } };
  const upload = { object_key: "uploads/p/logo", size_bytes: "77" };
  const { context, db } = fakeEngine({
    "claim-next": [{ ...row, edit }],
    "edit-upload": [upload],
  });
  const source = { url: "inside:uploads/p/logo:21600", sizeBytes: 77 };
  expect((await claimJob(context, claimant))?.edit).toEqual({
    clip: { end: 5 },
    overlay: { ...look, source },
  });
  expect(db.values("edit-upload")).toEqual(["logo"]);
});

it("a job with burnt-in subtitles gives the lease where their file is, if there is one", async () => {
  const upload = { object_key: "uploads/p/text", size_bytes: "77" };
  const leased = async (subtitles: BurntSubtitles) => {
    const edit = { subtitles };
    const answers = { "claim-next": [{ ...row, edit }], "edit-upload": [upload] };
    return (await claimJob(fakeEngine(answers).context, claimant))?.edit;
  };
  expect(await leased({ language: "de", box: true })).toEqual({
    subtitles: { language: "de", box: true },
  });
  expect(await leased({ input: { uploadId: "text" }, size: 0.1 })).toEqual({
    subtitles: { size: 0.1, source: { url: "inside:uploads/p/text:21600", sizeBytes: 77 } },
  });
});

it("a job with an overlay at a URL gives the lease that URL", async () => {
  const url = "https://media.example/logo.png?sig=1";
  const { context } = fakeEngine({
    "claim-next": [{ ...row, edit: { overlay: { input: { url } } } }],
  });
  expect((await claimJob(context, claimant))?.edit).toEqual({
    overlay: { source: { externalUrl: url } },
  });
});

it("a job that cannot be claimed gives no lease, and nobody hears of it", async () => {
  const { context, db, trail, metrics } = fakeEngine({ "claim-for": [] });
  expect(await claimJob(context, claimant, "job-1")).toBeUndefined();
  expect(trail).toEqual(["begin", "claim-for", "park-message", "commit"]);
  expect(db.values("park-message")[0]).toBe("job-1");
  expect(await figures(metrics.attemptsStarted)).toEqual({ "": 0 });
});

it("a claim for a message whose turn it is not gives another job, whose message stays for the named one", async () => {
  const { context, db, trail } = fakeEngine({ "claim-for": [{ ...row, id: "job-2" }] });
  expect((await claimJob(context, claimant, "job-1"))?.jobId).toBe("job-2");
  expect(trail.slice(2, 5)).toEqual(["insert-attempt", "swap-messages", "outbox-done"]);
  expect(db.values("swap-messages")).toEqual(["job-1", "job-2"]);
  expect(db.values("outbox-done")).toEqual(["job-2"]);
});

describe("a claim of a project with a quota", () => {
  const limited = { ...row, max_running: 2 };

  it("takes the last place", async () => {
    const running = [{ running: 2 }];
    const { context } = fakeEngine({ "claim-for": [limited], "running-of-project": running });
    expect((await claimJob(context, claimant, "job-1"))?.jobId).toBe("job-1");
  });

  it("is taken back when another took the place, and tried anew", async () => {
    const claims: object[][] = [[limited], [{ ...row, id: "job-2" }]];
    const { context, trail } = fakeEngine({
      "claim-for": () => claims.shift() ?? [],
      "running-of-project": [{ running: 3 }],
    });
    expect((await claimJob(context, claimant, "job-1"))?.jobId).toBe("job-2");
    expect(trail.slice(0, 6)).toEqual([
      ...["begin", "claim-for", "running-of-project", "rollback"],
      ...["begin", "claim-for"],
    ]);
  });

  it("gives nothing when the place is taken again and again", async () => {
    const { context, trail } = fakeEngine({
      "claim-for": [limited],
      "running-of-project": [{ running: 3 }],
    });
    expect(await claimJob(context, claimant, "job-1")).toBeUndefined();
    expect(trail.filter((step) => step === "rollback")).toHaveLength(3);
  });
});

it("a worker that was drained or revoked since its key was looked up gets nothing, and the job stays", async () => {
  const { context, trail, metrics } = fakeEngine({ "claim-next": [row], "insert-attempt": 0 });
  expect(await claimJob(context, claimant)).toBeUndefined();
  expect(trail.slice(-2)).toEqual(["insert-attempt", "rollback"]);
  expect(await figures(metrics.attemptsStarted)).toEqual({ "": 0 });
});
