import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { own } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { finishedJob, platform } from "../support/e2e/platform.ts";
import { startPlayer, type Player } from "../support/player.ts";

describeClusterOnFailure();

const screenshot = join(own, "e2e/playback.png");

let player: Player;
let job: Job;

beforeAll(async () => {
  mkdirSync(join(own, "e2e"), { recursive: true });
  job = await finishedJob(await platform());
  player = await startPlayer();
});

afterAll(() => player.close());

test("a browser plays the job's playlist with hls.js to its end, up to its best rendition", async () => {
  const { played, page } = await player.play(job.playbackUrl ?? "");
  await page.screenshot({ path: screenshot });
  await page.close();
  console.log(`played ${JSON.stringify(played)}`);

  expect(played.errors.filter(({ fatal }) => fatal)).toEqual([]);
  expect(played.ended).toBe(true);
  const seconds = job.durationSeconds ?? 0;
  expect(Math.abs(played.duration - seconds)).toBeLessThan(0.2);
  expect(Math.abs(played.time - seconds)).toBeLessThan(0.2);
  const heights = (job.renditions ?? []).map(({ height = 0 }) => height).toSorted((a, b) => a - b);
  expect(played.offered.toSorted((a, b) => a - b)).toEqual(heights);
  expect(played.played[0]).toBe(heights[0]);
  expect(played.played.at(-1)).toBe(heights.at(-1));
  expect(played.corrupted).toBe(0);
  expect(played.frames).toBeGreaterThan(0);
  expect(played.loudest).toBeGreaterThan(0.05);
});

test("the player tells of a playlist that is not there", async () => {
  const { played, page } = await player.play(
    (job.playbackUrl ?? "").replace(/[^/]+$/, "missing.m3u8"),
  );
  await page.close();
  expect(played.ended).toBe(false);
  expect(played.errors).toContainEqual({ fatal: true, details: "manifestLoadError" });
});
