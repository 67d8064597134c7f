import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Clip } from "@framewright/contracts/edit.ts";
import type { SubtitleLook } from "@framewright/contracts/burnt-subtitles.ts";
import { ffmpegPath } from "../../support/clips.ts";
import type { FakeJob } from "../../support/fake-worker-api.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { films } from "./sources.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

async function burn(edit: NonNullable<FakeJob["edit"]>) {
  const job = bench.api.addJob(await films.countedSubtitles());
  job.edit = edit;
  await job.ended;
  return { ...job, folder: bench.output(job.id) };
}

/** A file of subtitles comes from the same store as the source. */
function burnFile(content: string | Buffer, look: SubtitleLook = {}, clip: Clip = { end: 7.5 }) {
  const path = join(bench.dir, "text");
  writeFileSync(path, content);
  const store = bench.api.addJob(path);
  store.state = "cancelled";
  const source = { url: `${bench.api.url}/source/${store.id}`, sizeBytes: statSync(path).size };
  return burn({ clip, subtitles: { ...look, source } });
}

const strip = { width: 400, height: 44, left: 120 };

/** White pixels of a strip at one time: letters, as no film here is white. */
function letters(folder: string, seconds: number, top = 300): number {
  const crop = `crop=${strip.width}:${strip.height}:${strip.left}:${top}`;
  const data = execFileSync(ffmpegPath, [
    ...["-nostdin", "-v", "error", "-i", join(folder, "360p/index.m3u8"), "-ss", `${seconds}`],
    ...["-frames:v", "1", "-vf", `${crop},format=rgb24`, "-f", "rawvideo", "-"],
  ]);
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) > 200) count += 1;
  }
  return count;
}

const checked = "burnt-in text is shown at its times, by drawing it over the source";
const pictureChecked = "colours and shapes of pictures are the source's, by decoding both";

it("subtitles of the source are in the pictures at their times, and are not offered beside them", async () => {
  const { error, result, folder } = await burn({ clip: { end: 7 }, subtitles: {} });
  expect(error?.message).toBeUndefined();
  expect(result?.checks).toEqual(expect.arrayContaining([checked, pictureChecked]));
  expect(result?.choices.map(({ choice }) => choice)).toContain(
    "subtitle track 2 (subrip) drawn into the pictures",
  );
  expect(letters(folder, 3)).toBeGreaterThan(60);
  expect([letters(folder, 1.5), letters(folder, 6)]).toEqual([0, 0]);
  expect(readFileSync(join(folder, "master.m3u8"), "utf8")).not.toContain("SUBTITLES");
});

it("a clip moves them", async () => {
  const { error, result, folder } = await burn({
    clip: { start: 10, end: 16 },
    subtitles: { size: 0.1, box: true },
  });
  expect(error?.message).toBeUndefined();
  expect(result?.checks).toContain(checked);
  expect(letters(folder, 2)).toBeGreaterThan(60);
  expect(letters(folder, 5)).toBe(0);
});

it("a file of WebVTT is drawn as text alone, whatever is in it", async () => {
  const hostile = [
    "WEBVTT\n\nSTYLE\n::cue { color: red }\n",
    "1\n00:00:02.000 --> 00:00:04.000 position:0% line:0\n{\\pos(0,0)\\fs200\\p1}m 0 0 l 640 0 640 360 0 360{\\p0}\n",
    "2\n00:00:05.000 --> 00:00:06.000\n<c.big>漢 [Fonts]\\Nfontname: x</c>\n",
  ].join("\n");
  const { error, result, folder } = await burnFile(hostile, { position: "top" });
  expect(error?.message).toBeUndefined();
  expect(result?.checks).toEqual(expect.arrayContaining([checked, pictureChecked]));
  // A drawing of that size would fill the film.
  expect(letters(folder, 3, 150)).toBe(0);
  expect(letters(folder, 3, 14)).toBeGreaterThan(60);
  expect(letters(folder, 6.7, 14)).toBe(0);
  expect(result?.warnings.map(({ code }) => code)).toContain("characters-not-drawn");
});

it.each([
  ["a playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"],
  ["a script of ASS", "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:09.00,x,,0,0,0,,a\n"],
  ["nothing", ""],
])("%s is the request's fault", async (_what, content) => {
  const { error } = await burnFile(content);
  expect(error).toMatchObject({ kind: "input", code: "subtitles-unusable" });
});

it("a file whose texts are all shown at once ends in time, with a warning", async () => {
  const many = Array.from(
    { length: 20_000 },
    (_, at) => `${at}\n00:00:00,000 --> 00:00:09,000\n${"wide text ".repeat(20)}${at}\n`,
  ).join("\n");
  const { error, result } = await burnFile(many, {}, { end: 2 });
  expect(error?.message).toBeUndefined();
  expect(result?.warnings.map(({ code }) => code)).toContain("subtitles-cut");
});
