import { afterAll, beforeAll, expect, it } from "vitest";
import type { JobPlan } from "@framewright/contracts/job-plan.ts";
import type { Problem } from "@framewright/contracts/client-api.ts";
import type { SourceInfo } from "@framewright/contracts/job.ts";
import { aProfile } from "../../support/profiles.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

const base = aProfile("hls-720p");
const mobile = {
  ...base,
  name: "mobile",
  video: { ...base.video, ladder: [{ height: 540, kbps: 1200 }] },
};

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine(
    { postgres: true, objectStore: true },
    { PROFILES: JSON.stringify([mobile]) },
  );
});
afterAll(() => engine.stop());

it("a profile of the stack's config is shown, and reaches the worker whole", async () => {
  const { body } = await engine.client.send("GET", "/v1/profiles/mobile");
  expect(body).toMatchObject({ name: "mobile", tier: "720p" });
  const { uploadId } = engine;
  const job = await engine.client.submit({ uploadId, profile: "mobile" });
  const lease = await engine.worker.claim(job.id);
  expect(lease.body).toMatchObject({ profile: "mobile", profileDefinition: mobile });
});

it("a job's own ladder is shown with its profile, and reaches the worker in place of the profile's", async () => {
  const { uploadId } = engine;
  const ladder = [
    { height: 900, kbps: 3000 },
    { height: 450, kbps: 900 },
  ];
  const job = await engine.client.submit({ uploadId, profile: "hls-720p", ladder });
  expect(job).toMatchObject({ profile: "hls-720p", ladder });
  const { body: lease } = await engine.worker.claim(job.id);
  expect(lease.profile).toBe("own-ladder");
  expect(lease.profileDefinition).toEqual({ ...base, video: { ...base.video, ladder } });
});

it("a job that a replica of the version before accepted is made by the profile of its name", async () => {
  const job = await engine.submit("hls-720p");
  await engine.api.query("UPDATE jobs SET profile_definition = NULL WHERE id = $1", [job.id]);
  expect(await engine.client.job(job.id)).toMatchObject({ profile: "hls-720p" });
  const { body: lease } = await engine.worker.claim(job.id);
  expect(lease.profileDefinition).toEqual(base);
});

it("an upload is planned by what the newest job found in it, if only before it failed", async () => {
  const uploadId = await engine.client.upload();
  const plan = <T>(body: object) => engine.client.send<T>("POST", "/v1/jobs/plan", body);
  const input = { uploadId };
  const unknown = await plan<Problem>({ profile: "hls-1080p", input });
  expect([unknown.status, unknown.body.code]).toEqual([409, "source-unknown"]);

  const source: SourceInfo = {
    ...{ container: "mov", durationSeconds: 8, sizeBytes: 7 },
    video: { codec: "h264", width: 1920, height: 1080, fps: 25 },
  };
  const job = await engine.client.submit({ uploadId, profile: "hls-720p" });
  const { body: lease } = await engine.worker.claim(job.id);
  expect((await engine.worker.fail(lease, "input", "source-damaged", source)).status).toBe(200);

  const { status, body: found } = await plan<JobPlan>({ profile: "hls-1080p", input });
  expect(status).toBe(200);
  expect(found.renditions.map(({ name }) => name)).toEqual(["1080p", "720p", "480p", "360p"]);
  const { body: described } = await plan<JobPlan>({ profile: "hls-1080p", source });
  expect(found).toEqual(described);
});
