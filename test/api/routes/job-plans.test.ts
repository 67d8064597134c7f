import { Value } from "typebox/value";
import { beforeAll, expect, it } from "vitest";
import { JobPlan } from "@framewright/contracts/job-plan.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

const headers = { authorization: `Bearer ${clientKey}` };
const post = (payload: object) =>
  built.app.inject({ method: "POST", url: "/v1/jobs/plan", headers, payload });

const source = { durationSeconds: 60, video: { width: 1280, height: 720, fps: 25 } };

it("a plan is answered as the contract has it, and no job is made", async () => {
  const answer = await post({ profile: "hls-720p", source });
  expect(answer.statusCode).toBe(200);
  const plan = Value.Parse(JobPlan, answer.json());
  expect(plan.class).toBe("cpu.720p");
  expect(plan.commands.map(([program]) => program)).toEqual(["ffmpeg"]);
  expect(built.fresh().service.submissions).toEqual([]);
});

it.each([
  [
    { profile: "4k", source },
    'body/profile must be one of hls-720p, hls-1080p, hls-1080p-av1, hls-1080p-hevc, hls-2160p, but is "4k"',
  ],
  [
    { profile: "hls-720p", source: { ...source, durationSeconds: 0 } },
    "body/source/durationSeconds must be > 0, but is 0",
  ],
  [{ profile: "hls-720p" }, "body/source is missing"],
])("%j is refused", async (payload, detail) => {
  expect((await post(payload)).json()).toMatchObject({ code: "invalid-request", detail });
});

it("an upload that no job has looked into has no plan", async () => {
  const answer = await post({ profile: "hls-720p", input: { uploadId: newId() } });
  expect(answer.json()).toMatchObject({ status: 409, code: "source-unknown" });
});
