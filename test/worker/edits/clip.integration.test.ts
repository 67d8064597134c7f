import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clip } from "@framewright/contracts/edit.ts";

import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { films } from "./sources.ts";
import { mostAlike, onsetsIn, picturesIn, samplesOf, subtitleText } from "./reading.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

const isCut = "pictures and sound end where the clip does";

async function cut(sourcePath: string, clip?: Clip) {
  const job = bench.api.addJob(sourcePath);
  if (clip) job.edit = { clip };
  await job.ended;
  return { job, folder: bench.output(job.id) };
}

describe.each([
  ["mp4", films.counted],
  ["mkv", films.countedMkv],
  ["ts", films.countedTs],
] as const)("a clip of %s", (_format, source) => {
  it("begins and ends with the pictures that were asked for, and its sound lies where it lay", async () => {
    const sourcePath = await source();
    const whole = await cut(sourcePath);
    const { job, folder } = await cut(sourcePath, { start: 30.2, end: 34.6 });
    expect([whole.job.error, job.error]).toEqual([undefined, undefined]);
    expect(job.result?.checks).toContain(isCut);
    expect(job.result?.source.durationSeconds).toBeCloseTo(40, 0);
    expect(job.result?.durationSeconds).toBeCloseTo(4.4, 1);
    const theirs = await picturesIn(join(whole.folder, "360p/index.m3u8"));
    const ours = await picturesIn(join(folder, "360p/index.m3u8"));
    expect(ours).toHaveLength(110);
    expect(mostAlike(ours[0], theirs)).toBe(755);
    expect(mostAlike(ours.at(-1), theirs)).toBe(864);
    const onsets = onsetsIn(await samplesOf(join(folder, "audio/index.m3u8")));
    expect(onsets.map((seconds) => seconds.toFixed(1))).toEqual(["1.8", "3.8"]);
  });
});

it("a clip without a start begins at zero, and one without an end goes to the end", async () => {
  const source = await films.counted();
  const [head, tail] = await Promise.all([cut(source, { end: 2 }), cut(source, { start: 37 })]);
  expect(head.job.result?.durationSeconds).toBeCloseTo(2, 1);
  expect([head.job.error, tail.job.error]).toEqual([undefined, undefined]);
  expect(tail.job.result?.durationSeconds).toBeCloseTo(3, 1);
  expect(head.job.result?.warnings).toEqual([]);
});

it.each([
  ["in the middle of a picture", 7.5],
  ["where a sound begins that comes again and again", 8],
])("a clip may end %s", async (_where, end) => {
  const { job } = await cut(await films.counted(), { end });
  expect(job.error?.message).toBeUndefined();
  expect(job.result?.checks).toContain(isCut);
});

it("a clip that ends behind the source ends with it, and says so", async () => {
  const { job } = await cut(await films.counted(), { start: 38, end: 50 });
  expect(job.error).toBeUndefined();
  expect(job.result?.durationSeconds).toBeCloseTo(2, 1);
  expect(job.result?.warnings).toEqual([
    {
      code: "clip-shortened",
      message: expect.stringMatching(/^The clip ends \d+(\.\d+)? s earlier/) as string,
    },
  ]);
});

it("a clip that begins behind the source is the request's fault", async () => {
  const { job } = await cut(await films.counted(), { start: 41 });
  expect(job.error).toMatchObject({ kind: "input", code: "clip-outside-source" });
  expect(job.error?.message).toContain(
    "The clip begins at 41 s, and the pictures of the source end at 40 s.",
  );
});

it("subtitles are cut with the film", async () => {
  const { job, folder } = await cut(await films.countedSubtitles(), { start: 10, end: 20 });
  expect(job.error).toBeUndefined();
  const [subtitles] = job.result?.subtitles ?? [];
  const text = subtitleText(join(folder, subtitles?.name ?? ""));
  expect(text).toMatch(/00:00:01\.0\d\d --> 00:00:03\.0\d\d\ninside/);
  expect(text).not.toContain("before");
  expect(text).not.toContain("behind");
});
