import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { expect, it } from "vitest";
import { measureBy, untilCalibrated } from "../../../egress/src/controller/calibrated.ts";
import { createMetrics } from "../../../egress/src/controller/metrics.ts";
import type { Measured } from "../../../egress/src/messages.ts";

const calibration = { seconds: 8, mostOffsetMs: 80, mostSpreadMs: 40, leastPicturesPercent: 95 };
const offsets = (middle: number) => Array.from({ length: 9 }, (_, n) => middle + n - 4);
const measured = (middle: number): Measured => ({
  ...{ pictures: 100, fresh: 99 },
  offsetsMs: offsets(middle),
});

/** Calibrations that find this, one after the other; the last is found for ever. */
function finding(
  found: readonly (Measured | Error)[],
  onTry: (stopping: AbortController) => void = () => undefined,
) {
  const metrics = createMetrics();
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  let tries = 0;
  const stopping = new AbortController();
  const done = untilCalibrated({
    ...{ calibration, metrics, signal: stopping.signal, againMs: 0 },
    log: pino({}, { write }),
    measure: () => {
      const next = found[Math.min(tries, found.length - 1)];
      tries += 1;
      onTry(stopping);
      if (tries === 20) stopping.abort();
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next!);
    },
  });
  return { done, metrics, lines, tries: () => tries };
}

it("what is found within bounds is the correction, in the log and in the figures", async () => {
  const { done, metrics, lines } = finding([measured(-48.6)]);
  expect(await done).toBe(49);
  expect(lines).toEqual([
    expect.objectContaining({
      ...{ offsetMs: -48.6, soundDelayMs: 49, picturesPercent: 99, beeps: 9 },
      msg: "sound and picture are within bounds",
    }),
  ]);
  const text = await metrics.registry.metrics();
  expect(text).toContain('framewright_egress_calibration_offset_seconds{outcome="within"} -0.0486');
  expect(text).toContain('framewright_egress_calibration_pictures_ratio{outcome="within"} 0.99');
  expect(text).toContain('framewright_egress_calibrations_total{outcome="within"} 1');
});

it("it is tried again until it is within bounds, whatever came before", async () => {
  const { done, metrics, lines, tries } = finding([
    measured(-195),
    new Error("no screen for the page: Xvfb ended with 1"),
    measured(30),
  ]);
  expect(await done).toBe(-30);
  expect(tries()).toBe(3);
  expect(lines.map(({ msg }) => msg)).toEqual([
    "sound and picture are outside their bounds; trying again",
    "sound and picture could not be calibrated; trying again",
    "sound and picture are within bounds",
  ]);
  expect(lines[0]).toMatchObject({
    outside: "the sound was 195 ms early; 80 ms may be corrected",
  });
  const text = await metrics.registry.metrics();
  for (const outcome of ["within", "outside", "failed"]) {
    expect(text).toContain(`framewright_egress_calibrations_total{outcome="${outcome}"} 1`);
  }
  // Of the last one alone.
  expect(text).not.toContain('framewright_egress_calibration_offset_seconds{outcome="outside"}');
});

it("a recorder that is outside its bounds stays so, and gives up when it is stopped", async () => {
  const { done, tries } = finding([measured(-195)]);
  expect(await done).toBeUndefined();
  expect(tries()).toBe(20);
});

it("one that is stopped meanwhile does not say that it failed", async () => {
  const { done, lines } = finding([new Error("killed")], (stopping) => {
    stopping.abort();
  });
  expect(await done).toBeUndefined();
  expect(lines).toEqual([]);
});

const program = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const never = new AbortController().signal;

it("a program says what it measured, or how it ended", async () => {
  expect(await measureBy(program("measures.ts"))(never)).toEqual({
    ...{ pictures: 3, fresh: 2 },
    offsetsMs: [1.5],
  });
  await expect(measureBy(program("fails.ts"))(never)).rejects.toThrow(
    "it ended without figures: exit 3",
  );
  await expect(measureBy(program("waits.ts"))(AbortSignal.timeout(50))).rejects.toThrow(
    "it ended without figures: SIGKILL",
  );
});
