import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "hls-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProfileName } from "@framewright/contracts/profile.ts";
import { clips, ffmpegLog, probeStreams } from "../support/clips.ts";
import type { FakeJob } from "../support/fake-worker-api.ts";
import { startBench, type WorkerBench } from "../support/worker-process.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(() => bench.close());

async function encode(profile: ProfileName): Promise<FakeJob> {
  const job = bench.api.addJob(await clips.languages(), profile);
  await job.ended;
  expect(job.error).toBeUndefined();
  return job;
}

function soundsOf(output: string) {
  const master = parse(readFileSync(join(output, "master.m3u8"), "utf8"));
  if (!master.isMasterPlaylist) throw new Error("master.m3u8 is no multivariant playlist");
  return (master.variants[0]?.audio ?? []).map((sound) => ({
    ...{ uri: sound.uri, name: sound.name, language: sound.language, channels: sound.channels },
    ...{ isDefault: sound.isDefault, autoselect: sound.autoselect },
  }));
}

/** Where silence begins and ends, in seconds of decoded samples. */
async function silences(path: string): Promise<Record<"start" | "end", number[]>> {
  const log = await ffmpegLog([
    ...["-i", path, "-af", "asetpts=N/SR/TB,silencedetect=noise=-30dB:d=0.5", "-f", "null", "-"],
  ]);
  const times = (word: string): number[] =>
    [...log.matchAll(new RegExp(`silence_${word}: ([-\\d.]+)`, "g"))].map(([, time]) =>
      Number(time),
    );
  return { start: times("start"), end: times("end") };
}

describe("a film with several sounds", () => {
  it("offers each of them, and 5.1 of the default one", async () => {
    const job = await encode("hls-1080p");
    const output = bench.output(job.id);
    const main = { language: "de", isDefault: true, autoselect: true, channels: "2" };
    expect(soundsOf(output)).toEqual([
      { ...main, uri: "audio/index.m3u8", name: "Deutsch" },
      {
        ...{ ...main, isDefault: false, autoselect: false, channels: "6" },
        ...{ uri: "audio-surround/index.m3u8", name: "Deutsch 5.1" },
      },
      {
        ...{ ...main, isDefault: false, language: "en" },
        ...{ uri: "audio-2/index.m3u8", name: "English (”Original”)" },
      },
    ]);
    expect(job.result?.audioTracks).toMatchObject([
      { name: "audio", channels: 2, language: "de", default: true, codecs: "mp4a.40.2" },
      { name: "audio-surround", channels: 6, language: "de", default: false },
      { name: "audio-2", channels: 2, language: "en", title: '"Original"', default: false },
    ]);
    expect(job.result?.warnings).toEqual([
      {
        code: "audio-track-left-out",
        message: "The audio track 3 (mp2) was left out: it holds a single packet.",
      },
    ]);
    const choices = job.result?.choices.filter(({ subject }) => subject === "audio");
    expect(choices?.map(({ choice }) => choice)).toEqual([
      ...["audio track 2 (ac3)", "audio track 1 (aac)", "5.1 beside stereo"],
    ]);
    const layouts = await Promise.all(
      ["audio", "audio-surround", "audio-2"].map(async (name) => {
        const [stream] = await probeStreams(join(output, name, "index.m3u8"));
        return stream?.channel_layout;
      }),
    );
    expect(layouts).toEqual(["stereo", "5.1", "stereo"]);
  });

  it("has stereo alone where the profile says so, each sound at its time", async () => {
    const job = await encode("hls-720p");
    const output = bench.output(job.id);
    expect(soundsOf(output).map(({ uri }) => uri)).toEqual([
      ...["audio/index.m3u8", "audio-2/index.m3u8"],
    ]);
    const german = await silences(join(output, "audio/index.m3u8"));
    const english = await silences(join(output, "audio-2/index.m3u8"));
    // The file begins with the delay of its AAC encoder, 21 ms before its picture.
    const least = 0.03;
    expect(Math.abs((german.end[0] ?? 0) - 2)).toBeLessThan(least);
    expect(Math.abs((english.start[0] ?? 0) - 2)).toBeLessThan(least);
    expect(german.start).toEqual([0]);
    expect(english.start).toHaveLength(1);
  });
});
