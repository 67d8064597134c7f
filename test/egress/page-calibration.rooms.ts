import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readingArguments, timesArguments } from "../../egress/src/media/arguments.ts";
import { assess } from "../../egress/src/web/calibration.ts";
import { calibrationUrl, drawing, readyLine } from "../../egress/src/web/calibration-page.ts";
import { readCalibration, readTimes } from "../../egress/src/web/calibration-reading.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { until } from "../api/api-under-test.ts";
import { ffmpegPath, ffprobePath } from "../support/clips.ts";
import { startPageStack, type PageStack } from "./page-stack.ts";

/** A recorder in its image calibrates its sound before it takes pages. What was found, and what is left in a recording, is printed. */
let stack: PageStack;

beforeAll(async () => {
  const [, page = ""] = calibrationUrl.split(",", 2);
  stack = await startPageStack({ "/calibration": decodeURIComponent(page) });
}, 900_000);
afterAll(() => stack.close());

const looked = { width: drawing.width, height: drawing.height, sampleRate: 48_000 };
const bounds = { seconds: 20, mostOffsetMs: 60, mostSpreadMs: 300, leastPicturesPercent: 1 };

/** What is in a recording of the recorder's own page. */
async function found(url: string) {
  const folder = mkdtempSync(join(tmpdir(), "calibration-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const to = { pictures: join(folder, "pictures"), sound: join(folder, "sound") };
  const file = join(folder, "film.mp4");
  writeFileSync(file, await stack.bytesAt(url));
  const run = promisify(execFile);
  await run(ffmpegPath, readingArguments(file, looked, to));
  const { stdout } = await run(ffprobePath, timesArguments(file));
  const recorded = {
    ...{ pictures: readFileSync(to.pictures), sound: readFileSync(to.sound) },
    ...{ times: readTimes(stdout), sampleRate: looked.sampleRate },
  };
  return assess(readCalibration(recorded), bounds);
}

const seconds = 20;

it("the sound of recordings is corrected by what was found", async () => {
  const port = await freePort();
  const recorder = await stack.recorder({ env: { HEALTH_PORT: String(port) } });
  await recorder.ready();
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  const before = recorder
    .log()
    .split("\n")
    .find((line) => line.includes("within bounds"));
  const { offset_ms: offsetMs, sound_delay_ms: soundDelayMs } = JSON.parse(
    before ?? "{}",
  ) as Record<string, number>;
  console.log(`at the start: ${before}`);
  expect(soundDelayMs).toBe(Math.round(-(offsetMs ?? Number.NaN)));
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(figures).toContain(
    `framewright_egress_calibration_offset_seconds{outcome="within"} ${(offsetMs ?? 0) / 1000}`,
  );
  const id = await stack.record("/calibration", {
    page: { ready: { when: "console", text: readyLine } },
    limits: { maxSeconds: seconds },
  });
  const { mp4 } = await stack.ended(id, 120_000);
  const left = await found(mp4?.url ?? "");
  console.log("in a recording:", left);
  expect(left.outside).toBeUndefined();
  await recorder.close();
});

it("a recorder outside its bounds is not ready, takes nothing, and ends when it is told", async () => {
  const port = await freePort();
  const env = {
    HEALTH_PORT: String(port),
    PAGE_MOST_OFFSET_MS: "1",
    PAGE_CALIBRATION_SECONDS: "4",
  };
  const recorder = await stack.recorder({ name: "web-recorder-1", env });
  await until(
    () => `a calibration that is outside; it said ${recorder.log()}`,
    () => recorder.log().includes("outside their bounds"),
    180_000,
  );
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect(recorder.log()).not.toContain("taking recordings");
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(figures).toMatch(/framewright_egress_calibrations_total\{outcome="outside"\} [1-9]/);
  await recorder.stop();
});
