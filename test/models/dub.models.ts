import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { followJob, getTranscript } from "../../tools/demo/client.ts";
import { dubTable } from "../../tools/demo/dub-report.ts";
import { mediaTools } from "../../tools/demo/platform.ts";
import { makeTalk } from "../../tools/demo/talk.ts";
import { exec } from "../../tools/exec.ts";
import { modelServices } from "../../tools/models/weights.ts";
import { own } from "../../tools/paths.ts";
import { clips, make } from "../support/clips.ts";
import { startPlayer } from "../support/player.ts";
import { startDubBench, type DubBench } from "./dub-bench.ts";

let bench: DubBench;

beforeAll(async () => {
  bench = await startDubBench();
});

afterAll(() => bench.stop());

async function talk(): Promise<string> {
  const { ffmpeg } = await mediaTools();
  return makeTalk(ffmpeg, bench.models.tts.url);
}

/** The language that is heard in a sound of a result. */
async function heardIn(job: Job, playlist: string): Promise<unknown> {
  const { ffmpeg } = await mediaTools();
  const wav = join(bench.folder, "heard.wav");
  const source = new URL(playlist, job.playbackUrl).href;
  await exec(ffmpeg, ["-v", "error", "-y", "-i", source, "-ac", "1", "-ar", "16000", wav]);
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(readFileSync(wav))]), "heard.wav");
  form.set("model", "whisper-base");
  form.set("response_format", "verbose_json");
  const answer = await fetch(`${bench.models.stt.url}/v1/audio/transcriptions`, {
    method: "POST",
    body: form,
  });
  return answer.json();
}

/** Plays it to its end, then a part of it with the dub and its subtitles. */
async function playDub({ playbackUrl = "" }: Job) {
  const player = await startPlayer();
  try {
    const { played, page, playFrom } = await player.play(playbackUrl);
    const choose = `
      hls.audioTrack = hls.audioTracks.findIndex(({ lang }) => lang === "pt");
      hls.subtitleDisplay = true;
      hls.subtitleTrack = hls.subtitleTracks.findIndex(({ lang }) => lang === "pt");
      hls.audioTracks.map(({ lang, name }) => [lang, name])`;
    const tracks: unknown = await page.evaluate(choose);
    const sought = await playFrom(6.5, 2);
    const name: unknown = await page.evaluate("hls.audioTracks[hls.audioTrack].name");
    mkdirSync(join(own, "test"), { recursive: true });
    await page.screenshot({ path: join(own, "test/dub.png") });
    return { played, tracks, sought, name };
  } finally {
    await player.close();
  }
}

it("a talk in English is heard in Portuguese, and played in both in a browser", async () => {
  const job = await bench.dubbed(await talk(), { language: "pt" });
  expect([job.state, job.error?.message]).toEqual(["succeeded", undefined]);
  const transcript = await getTranscript(bench.api, job.id);
  const seconds = transcript.lines.reduce((sum, { start, end }) => sum + end - start, 0);
  console.log(`${dubTable(transcript)}\n  ${seconds.toFixed(1)} s of speech`);
  expect(transcript).toMatchObject({ from: "en", language: "pt", overlong: 0 });
  expect(transcript.lines.length).toBeGreaterThanOrEqual(7);
  expect(transcript.wordErrorRate).toBeLessThan(0.15);
  expect(transcript.worstStartSeconds).toBeLessThan(0.15);
  expect(await heardIn(job, "audio-2/index.m3u8")).toMatchObject({ language: "pt" });
  expect(await heardIn(job, "audio/index.m3u8")).toMatchObject({ language: "en" });
  const { played, tracks, sought, name } = await playDub(job);
  expect(played).toMatchObject({ ended: true, corrupted: 0 });
  expect(tracks).toEqual([
    ["en", "English"],
    ["pt", "Português (dubbed)"],
  ]);
  expect(name).toBe("Português (dubbed)");
  expect(sought.loudest).toBeGreaterThan(0.02);
});

/** What is under way when it is killed: of speech not the first line. */
const kills = [
  { killed: "stt", busy: "stt", asked: 1, twice: 0 },
  { killed: "mt", busy: "mt", asked: 1, twice: 0 },
  { killed: "tts", busy: "tts", asked: 4, twice: 0 },
  // A line may have been answered and not kept yet.
  { killed: "worker", busy: "tts", asked: 4, twice: 2 },
] as const;

it.each(kills)(
  "when $killed is killed in the middle of a dub, the dub is right, and nothing is done twice",
  async ({ killed, busy, asked, twice }) => {
    const file = await talk();
    for (const service of modelServices) bench.counted[service].clear();
    const inTheMiddle = bench.counted[busy].whenAsked(asked);
    const id = await bench.submit(file, { language: "pt", captions: false });
    await inTheMiddle;
    if (killed === "worker") await bench.replaceWorker();
    else {
      await bench.models[killed].kill();
      await bench.models[killed].start();
    }
    const job = await followJob(bench.api, id);
    expect([job.state, job.error?.message]).toEqual(["succeeded", undefined]);
    expect((await getTranscript(bench.api, id)).wordErrorRate).toBeLessThan(0.15);
    const counts = modelServices.map((service) => [...bench.counted[service].answered.values()]);
    const [done, again] = [counts.flat().length, counts.flat().filter((times) => times > 1)];
    console.log(
      `${killed} killed: ${job.attempts.length} attempts, ${done} pieces of work, ${again.length} of them twice`,
    );
    expect(done).toBeGreaterThan(8);
    expect(again.length).toBeLessThanOrEqual(twice);
  },
);

it.each([
  ["silence", () => make("silent-talk.mp4", silentArgs)],
  ["a tone", () => clips.sd(12)],
])("where there is only %s, nobody is heard to speak", async (_what, file) => {
  const job = await bench.dubbed(await file(), { language: "pt" });
  expect(job.error).toMatchObject({ kind: "input", code: "nothing-said" });
});

const silentArgs = [
  ...["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=5"],
  ...["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo:d=5"],
  ..."-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -shortest".split(" "),
];

it("a pair that no service has is refused with the reason", async () => {
  const job = await bench.dubbed(await talk(), { language: "es" });
  expect(job.error).toMatchObject({ kind: "input", code: "dub-unsupported" });
});
