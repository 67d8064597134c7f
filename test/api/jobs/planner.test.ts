import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { jobClassOf } from "@framewright/contracts/job.ts";
import { JobPlan, type PlanJob } from "@framewright/contracts/job-plan.ts";
import { defaultJobLimits } from "@framewright/contracts/job-limits.ts";
import type { Prices } from "@framewright/contracts/prices.ts";
import type { Profiles } from "../../../api/jobs/profiles.ts";
import { createPlanner } from "../../../api/jobs/planner.ts";
import { encoders } from "../../../media/encoders/index.ts";
import { planEncode } from "../../../media/plan.ts";
import { aSource } from "../../media/a-source.ts";
import { aProfile, builtIn } from "../../support/profiles.ts";
import { FakeDb, type Script } from "../fake-engine.ts";

const film = {
  durationSeconds: 10,
  video: { width: 1920, height: 1080, fps: 30 },
  audio: { channels: 2 },
};
const uploadId = "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10";

function planner(script: Script = {}, prices?: Prices, profiles: Profiles = builtIn) {
  const db = new FakeDb(script);
  const made = createPlanner({
    ...{ db, profiles, prices, limits: defaultJobLimits.encode },
    router: {
      look: ({ tier }) => Promise.resolve(jobClassOf({ kind: "transcode", accel: "cpu", tier })),
    },
  });
  return { db, plan: (request: PlanJob) => made.plan("project-1", request) };
}

describe("a plan", () => {
  it("is what a worker would do, with the work and where it is done", async () => {
    const plan = await planner().plan({ profile: "hls-1080p", source: film });
    const places = { sourcePath: "/work/source", outputDir: "/work/out", device: "" };
    const worker = planEncode({
      ...{ source: aSource(), profile: aProfile("hls-1080p"), encoder: encoders.cpu, threads: 2 },
      ...places,
    });
    expect(plan.commands).toEqual([["ffmpeg", ...worker.argv]]);
    expect(plan).toMatchObject({ tier: "1080p", accel: "cpu", class: "cpu.1080p", fps: 30 });
    expect(plan.renditions).toEqual(worker.renditions);
    expect(plan.sounds).toEqual([{ name: "audio", channels: 2, kbps: 128 }]);
    // 300 times 3.72 megapixels in four sizes at 50 a second, 300 times 2.07 at 150, a thirtieth of the sound.
    expect(plan.work).toEqual({ pictures: 1200, cpuSeconds: 26.8, gpuSeconds: 0, seconds: 13.4 });
    expect(plan).not.toHaveProperty("price");
    expect(Value.Errors(JobPlan, plan)).toEqual([]);
  });

  it("states the price of the work, by the table of the stack", async () => {
    const prices = { currency: "EUR", cpuHour: 0.36, gpuHour: 3.6 };
    const cpu = await planner({}, prices).plan({ profile: "hls-1080p", source: film });
    const request: PlanJob = { profile: "hls-1080p", source: film, accel: "nvenc" };
    const gpu = await planner({}, prices).plan(request);
    expect(cpu.price?.currency).toBe("EUR");
    expect(cpu.price?.amount).toBeCloseTo(cpu.work.cpuSeconds * 0.0001, 4);
    const wanted = gpu.work.cpuSeconds * 0.0001 + gpu.work.gpuSeconds * 0.001;
    expect(gpu.work.gpuSeconds).toBeGreaterThan(0);
    expect(gpu.price?.amount).toBeCloseTo(wanted, 3);
    expect([gpu.class, gpu.commands[0]?.includes("h264_nvenc")]).toEqual(["nvenc.1080p", true]);
  });

  it("goes by the request's own ladder", async () => {
    const ladder = [{ height: 540, kbps: 1200 }];
    const plan = await planner().plan({ profile: "hls-2160p", ladder, source: film });
    expect(plan.tier).toBe("720p");
    expect(plan.renditions).toEqual([
      { name: "540p", codec: "h264", width: 960, height: 540, maxKbps: 1200 },
    ]);
  });

  it("of a profile that states a loudness measures each sound first, and says what that leaves open", async () => {
    const base = aProfile("hls-1080p");
    const loudness = { lufs: -23, maxTruePeakDbtp: -1 };
    const even = { ...base, name: "even", audio: { ...base.audio, loudness } };
    const { plan } = planner({}, undefined, new Map([["even", even]]));
    const source = { ...film, audio: { channels: 6 } };
    const { commands, assumptions } = await plan({ profile: "even", source });
    expect(commands.map((words) => words.some((word) => word.includes("ebur128")))).toEqual([
      ...[true, true, false],
    ]);
    expect(assumptions.at(-1)).toContain("Sound is measured first");
  });

  it("of a clip costs what the clip does", async () => {
    const request: PlanJob = { profile: "hls-1080p", source: film };
    const whole = await planner().plan(request);
    const part = await planner().plan({ ...request, edit: { clip: { start: 2, end: 4 } } });
    expect([whole.work.pictures, part.work.pictures]).toEqual([1200, 240]);
    expect(part.commands[0]?.join(" ")).toContain("trim=end=1.991667");
  });

  it("of an overlay draws it, and says what is not known of its picture", async () => {
    const overlay = { input: { uploadId }, position: "top-left", margin: 0 } as const;
    const request: PlanJob = { profile: "hls-1080p", source: film, edit: { overlay } };
    const { commands, assumptions } = await planner().plan(request);
    expect(commands[0]?.join(" ")).toContain(
      "overlay=x=0:y=0:format=yuv420:eof_action=repeat[over]",
    );
    expect(assumptions.at(-1)).toContain("The picture of the overlay");
  });

  it("of burnt-in subtitles draws them", async () => {
    const edit = { subtitles: { language: "de" } };
    const { commands } = await planner().plan({ profile: "hls-1080p", source: film, edit });
    expect(commands[0]?.join(" ")).toContain("ass=filename=/work/burnt/text.ass,");
  });

  it("of a clip that lies behind the source is refused", async () => {
    const request: PlanJob = { profile: "hls-1080p", source: film, edit: { clip: { start: 10 } } };
    await expect(planner().plan(request)).rejects.toMatchObject({
      code: "edit-invalid",
      errors: [
        { path: "body/edit/clip", message: expect.stringContaining("end at 10 s") as string },
      ],
    });
  });

  it("has the commands of every output, and encodes no more than these need", async () => {
    const asked = { profile: "hls-1080p", source: film };
    const all = await planner().plan({ ...asked, outputs: { hls: {}, mp4: {}, audio: {} } });
    const ends = all.commands.map((command) => command.at(-1));
    expect(ends).toEqual([
      "/work/out/%v/index.m3u8",
      "file:/work/out/video.mp4",
      "file:/work/out/audio.m4a",
    ]);
    const file = await planner().plan({ ...asked, outputs: { mp4: { rendition: "480p" } } });
    expect(file.renditions.map(({ name }) => name)).toEqual(["480p"]);
    expect(file.work.cpuSeconds).toBeLessThan(all.work.cpuSeconds / 2);
    const sound = await planner().plan({ ...asked, outputs: { audio: {} } });
    expect([sound.renditions, sound.work.pictures, sound.commands[0]?.includes("-c:v")]).toEqual([
      ...[[], 0, false],
    ]);
  });

  it("is refused where the source has nothing for its outputs", async () => {
    const source = { durationSeconds: 10, audio: { channels: 2 } };
    const refused = planner().plan({ profile: "hls-720p", source, outputs: { thumbnails: {} } });
    await expect(refused).rejects.toMatchObject({
      errors: [
        {
          path: "body/outputs",
          message: "is thumbnails alone, and the source has nothing to make these of",
        },
      ],
    });
  });

  it("keeps to the rate that the profile allows, and costs less", async () => {
    const base = aProfile("hls-1080p");
    const slow = { ...base, name: "slow", video: { ...base.video, maxFps: 30 } };
    const source = { ...film, video: { ...film.video, fps: 59.94 } };
    const { plan } = planner({}, undefined, new Map([...builtIn, ["slow", slow]]));
    const [whole, capped] = [
      await plan({ profile: "hls-1080p", source }),
      await plan({ profile: "slow", source }),
    ];
    expect([whole.fps, capped.fps]).toEqual([59.94, 29.97]);
    expect([whole.segmentSeconds, capped.segmentSeconds]).toEqual([6.006, 6.006]);
    expect([whole.work.pictures, capped.work.pictures]).toEqual([2400, 1200]);
    expect(capped.work.cpuSeconds).toBeLessThan(whole.work.cpuSeconds * 0.6);
    const [command] = capped.commands;
    expect(command?.join(" ")).toMatch(/fps=fps=30000\/1001:.* -g 60 -keyint_min 60 /);
    expect(capped.renditions[0]?.maxKbps).toBe(5000);
  });

  it("says how long the encode may take, where the size of the file is known", async () => {
    const source = { ...film, sizeBytes: 10_000_000 };
    const { work } = await planner().plan({ profile: "hls-1080p", source });
    expect(work.allowedSeconds).toBe(2400);
  });

  it("takes what an earlier job of the upload found", async () => {
    const found = { container: "mov", sizeBytes: 1000, ...film };
    const { db, plan } = planner({ "source-of-upload": [{ source: found }] });
    const byUpload = await plan({ profile: "hls-720p", input: { uploadId } });
    expect(db.values("source-of-upload")).toEqual([uploadId, "project-1"]);
    expect(byUpload).toEqual(await plan({ profile: "hls-720p", source: found }));
  });

  it.each<[string, Omit<PlanJob, "profile">, string, string]>([
    [
      "of an upload that nobody has looked into",
      { input: { uploadId } },
      "source-unknown",
      `No job of upload ${uploadId} has found out what is in it; send source instead`,
    ],
    ["of nothing", {}, "invalid-request", "body/source is missing, and so is body/input"],
    [
      "of two things",
      { input: { uploadId }, source: film },
      "invalid-request",
      "body/source and body/input are both given; send one",
    ],
    [
      "of a file without pictures and sound",
      { source: { durationSeconds: 10 } },
      "invalid-request",
      "body/source has neither video nor audio; describe one of them at least",
    ],
  ])("%s is refused", async (_what, request, code, message) => {
    const { plan } = planner({ "source-of-upload": [] });
    await expect(plan({ profile: "hls-720p", ...request })).rejects.toMatchObject({
      ...{ code, message },
    });
  });
});
