import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { own } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { finishedJob, platform } from "../support/e2e/platform.ts";
import { Played, servePlayer } from "../support/e2e/player.ts";

describeClusterOnFailure();

const screenshot = join(own, "e2e/playback.png");
/** Playing takes as long as the video; the rest is patience with a busy machine. */
const timeout = 180_000;

let browser: Browser;
let server: Server;
let playerUrl: string;
let job: Job;

beforeAll(async () => {
  mkdirSync(join(own, "e2e"), { recursive: true });
  job = await finishedJob(await platform());
  ({ server, url: playerUrl } = await servePlayer());
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
  });
});

afterAll(async () => {
  await browser.close();
  server.close();
});

async function play(source: string): Promise<{ played: Played; page: Page }> {
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  await page.goto(`${playerUrl}?source=${encodeURIComponent(source)}`);
  const handle = await page.waitForFunction("window.result", undefined, { timeout });
  const result: unknown = await handle.jsonValue();
  return { played: Value.Parse(Played, result), page };
}

test("a browser plays the job's playlist with hls.js to its end, up to its best rendition", async () => {
  const { played, page } = await play(job.playbackUrl ?? "");
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
  const { played, page } = await play((job.playbackUrl ?? "").replace(/[^/]+$/, "missing.m3u8"));
  await page.close();
  expect(played.ended).toBe(false);
  expect(played.errors).toContainEqual({ fatal: true, details: "manifestLoadError" });
});
