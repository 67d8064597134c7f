import { Value } from "typebox/value";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { Calibration } from "../../page-env.ts";
import { Measured } from "../messages.ts";
import { startProgram } from "../processes.ts";
import { assess } from "../web/calibration.ts";
import type { Metrics } from "./metrics.ts";

export interface CalibratedArgs {
  readonly calibration: Calibration;
  /** Records the recorder's own page; a process of its own, so that its memory is free afterwards. */
  readonly measure: (signal: AbortSignal) => Promise<Measured>;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "calibrations" | "soundOffset" | "freshPictures">;
  readonly signal: AbortSignal;
  /** Before another try: what kept it outside its bounds may be another pod's start. */
  readonly againMs?: number;
}

/** Starts the program that records the page, and gives what it found. */
export function measureBy(program: string): CalibratedArgs["measure"] {
  return (signal) =>
    new Promise((resolve, reject) => {
      const child = startProgram(program);
      const kill = () => child.kill("SIGKILL");
      let found: Measured | undefined;
      signal.addEventListener("abort", kill, { once: true });
      if (signal.aborted) kill();
      child.on("message", (message) => {
        found = Value.Parse(Measured, message);
      });
      const done = (why: string): void => {
        signal.removeEventListener("abort", kill);
        if (found) resolve(found);
        else reject(new Error(`it ended without figures: ${why}`));
      };
      child.once("exit", (code, by) => {
        done(by ?? `exit ${code ?? ""}`);
      });
      child.on("error", (error) => {
        done(error.message);
      });
    });
}

/** The sound's delay by one calibration; undefined where it is outside its bounds. */
async function once(args: CalibratedArgs): Promise<number | undefined> {
  const { calibration, measure, log, metrics, signal } = args;
  const { outside, ...found } = assess(await measure(signal), calibration);
  const outcome = outside === undefined ? "within" : "outside";
  metrics.calibrations.inc({ outcome });
  for (const gauge of [metrics.soundOffset, metrics.freshPictures]) gauge.reset();
  if (found.beeps > 0) metrics.soundOffset.set({ outcome }, found.offsetMs / 1000);
  metrics.freshPictures.set({ outcome }, found.picturesPercent / 100);
  if (outside === undefined) {
    const soundDelayMs = Math.round(-found.offsetMs);
    log.info({ ...found, soundDelayMs }, "sound and picture are within bounds");
    return soundDelayMs;
  }
  log.warn({ ...found, outside }, "sound and picture are outside their bounds; trying again");
  return undefined;
}

/** Resolves with the sound's delay once a calibration is within bounds; undefined where the signal has fired. */
export async function untilCalibrated(args: CalibratedArgs): Promise<number | undefined> {
  const { log, metrics, signal, againMs = 5_000 } = args;
  const isStopped = () => signal.aborted;
  while (!isStopped()) {
    try {
      const delayMs = await once(args);
      if (delayMs !== undefined) return delayMs;
    } catch (error) {
      if (isStopped()) return undefined;
      metrics.calibrations.inc({ outcome: "failed" });
      log.error({ err: error }, "sound and picture could not be calibrated; trying again");
    }
    await pause(againMs, signal);
  }
  return undefined;
}
