import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPlayer, type Player } from "../../support/player.ts";
import { startBench, type WorkerBench } from "../../support/worker-process.ts";
import { isRefused, type Accepted } from "./case.ts";
import { newBench } from "./make.ts";
import { cases } from "./table.ts";

/** A row for each kind of file of which results once could not be played, or not with sound. */
const names = [
  ...["size-change.ts", "layout-change.ts", "aspect-switch.ts", "mid-packet.ts"],
  ...["rgb-screen.mkv", "reserved-colour.mp4", "container-crop.mkv", "tape.avi"],
  ...["bursts-vfr.mp4", "mediarecorder.webm", "still-long-audio.mp4"],
  ...["garbage-and-good.mp4", "sound-alone.m4a"],
] as const;

const scratch = mkdtempSync(join(tmpdir(), "framewright-playback-"));
const sources = newBench(scratch);

let bench: WorkerBench;
let player: Player;

beforeAll(async () => {
  bench = await startBench();
  bench.start();
  player = await startPlayer(bench.api.outputDir);
});

afterAll(async () => {
  await player.close();
  await bench.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** The result's master playlist as the player's server has it. */
async function resultOf(name: string): Promise<{ playlist: string; wanted: Accepted }> {
  const row = cases.find((one) => one.name === name);
  if (!row || isRefused(row.expect)) throw new Error(`docs/inputs.md accepts no ${name}`);
  const job = bench.api.addJob(await row.make(sources), "hls-1080p");
  await job.ended;
  if (!job.result) throw new Error(job.error?.message ?? `${name} has no result`);
  const playlist = `/files/${job.id}/a${job.attempt}/${job.result.master}`;
  return { playlist, wanted: row.expect };
}

/** The subtitles that a player offers, and what it shows of the chosen ones at some times. */
const Shown = Type.Object({
  offered: Type.Array(Type.String()),
  texts: Type.Array(Type.String()),
});

/** Shows a track as a user does, and looks at these times. */
function showSubtitles(track: number, times: readonly number[]): string {
  return `(async () => {
    hls.subtitleDisplay = true;
    hls.subtitleTrack = ${track};
    const texts = [];
    for (const time of ${JSON.stringify(times)}) {
      video.currentTime = time;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const showing = [...video.textTracks].filter(({ mode }) => mode === "showing");
      texts.push(showing.flatMap(({ activeCues }) => [...activeCues]).map(({ text }) => text).join("; "));
    }
    return { offered: hls.subtitleTracks.map(({ name }) => name), texts };
  })()`;
}

/** Long enough to hear the next beep, wherever the middle is. */
const listenedSeconds = 1.5;
const leastLoudness = 0.05;
/** The mean of a picture that is not black. */
const leastBrightness = 40;

describe.concurrent("a browser plays the result with hls.js", () => {
  it.each(names)("of %s", async (name) => {
    const { playlist, wanted } = await resultOf(name);
    const { played, page, playFrom } = await player.play(playlist);
    expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
    expect(played.ended).toBe(true);
    expect(Math.abs(played.time - wanted.seconds)).toBeLessThan(0.3 + (wanted.slack ?? 0));
    expect(played.played.at(-1)).toBe(Math.max(...played.offered));
    expect(played.corrupted).toBe(0);
    const middle = played.duration / 2;
    const sought = await playFrom(middle, listenedSeconds);
    await page.close();
    expect(sought.time).toBeGreaterThan(middle);
    if (wanted.picture !== false) expect(sought.brightest).toBeGreaterThan(leastBrightness);
    if (wanted.audio) expect(sought.loudest).toBeGreaterThan(leastLoudness);
  });
});

it("a browser offers the subtitles of a film, and shows each text at its time", async () => {
  const { playlist } = await resultOf("many-subtitles.mkv");
  const { page, played } = await player.play(playlist);
  const shown = async (track: number, times: readonly number[]) =>
    Value.Parse(Shown, await page.evaluate(showSubtitles(track, times)));
  expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
  expect(await shown(0, [1, 2.5])).toEqual({
    offered: ["English", "Deutsch", "English (Forced)"],
    texts: ["Hello, <i>world</i> &amp; all", ""],
  });
  expect((await shown(1, [0.5, 2])).texts).toEqual(["", "Grüße <i>aus</i>\nBerlin"]);
  await page.close();
});
