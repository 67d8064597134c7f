import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBench, type WorkerBench } from "../support/worker-process.ts";
import { content, encoded, muxed, newBench, type Make } from "./cases/make.ts";
import { film } from "./cases/media.ts";
import { judgeSubtitles, readSubtitles } from "./cases/subtitles.ts";
import { cases } from "./cases/table.ts";

const scratch = mkdtempSync(join(tmpdir(), "framewright-subtitles-"));
const sources = newBench(scratch);

let bench: WorkerBench;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
});

afterAll(async () => {
  await bench.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function resultOf(make: Make) {
  const job = bench.api.addJob(await make(sources), "hls-720p");
  await job.ended;
  if (!job.result) throw new Error(job.error?.message ?? "there is no result");
  return { result: job.result, output: bench.output(job.id) };
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23).replace(".", ",");
}

/** Texts of a millisecond each, one after the other. */
function manyTexts(count: number, text: string): string {
  return Array.from(
    { length: count },
    (_, index) => `${index + 1}\n${clock(index)} --> ${clock(index + 1)}\n${text} ${index}\n`,
  ).join("\n");
}

const good = content("srt", "1\n00:00:03,000 --> 00:00:03,500\nHello\n");

function withTracks(...tracks: readonly Make[]): Make {
  const maps = tracks.map((_, index) => `-map ${index + 1}`).join(" ");
  return muxed([encoded("mkv", film()), ...tracks], "mkv", `-map 0 ${maps} -c copy`);
}

describe("subtitles of a source", () => {
  it("are described by the result", async () => {
    const row = cases.find(({ name }) => name === "many-subtitles.mkv");
    if (!row) throw new Error("docs/inputs.md has no many-subtitles.mkv");
    const { result } = await resultOf(row.make);
    expect(result.subtitles).toEqual(
      [
        ["subtitles-1-en", "en", false],
        ["subtitles-2-de", "de", false],
        ["subtitles-3-en", "en", true],
      ].map(([name, language, forced]) => ({
        ...{ name, language, forced },
        playlist: `${String(name)}/index.m3u8`,
      })),
    );
    expect(result.checks).toContain(
      "subtitles parse, and each text is in every segment of its time",
    );
    expect(result.choices.filter(({ subject }) => subject === "subtitles")).toEqual(
      [
        ["subtitle track 2 (subrip)", "1 cue"],
        ["subtitle track 3 (ass)", "2 cues"],
        ["subtitle track 4 (subrip)", "1 cue"],
      ].map(([track, cues]) => ({
        subject: "subtitles",
        choice: `${String(track)} as a WebVTT rendition`,
        reason: `It holds text: ${String(cues)}.`,
      })),
    );
    expect(result.warnings).toEqual([
      {
        code: "subtitles-left-out",
        message:
          "The subtitle track 5 (hdmv_pgs_subtitle) was left out: it holds pictures of text, not text.",
      },
    ]);
  });

  it("are bounded, and a track that is too large costs no other one", async () => {
    const long = "x".repeat(6000);
    const large = content("srt", manyTexts(3000, long));
    const endless = content("srt", `1\n00:00:01,000 --> 00:00:02,000\n${"y".repeat(3_000_000)}\n`);
    const { result, output } = await resultOf(withTracks(large, endless, good));
    expect(result.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^subtitles-cut: The subtitle track 2 \(subrip\) is too large; its/),
      "subtitles-left-out: The subtitle track 3 (subrip) was left out: it cannot be read.",
    ]);
    const [cut, kept] = readSubtitles(output);
    expect(cut?.texts.length).toBeGreaterThan(1000);
    expect(cut?.texts[0]?.[2]).toHaveLength(2000);
    expect(judgeSubtitles([{ texts: [[3, 3.5, "Hello"]] }], kept ? [kept] : [])).toEqual([]);
  });
});
