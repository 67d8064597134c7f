import { mkdir, readFile, rm } from "node:fs/promises";
import type { Logger } from "@framewright/runtime/log.ts";
import type { SourcePolicy } from "../../env.ts";
import {
  planTracks,
  playlistName,
  readingArguments,
  recordingArguments,
  timesArguments,
} from "../media/arguments.ts";
import { runTool, type Programs } from "../media/run-tool.ts";
import type { Measured } from "../messages.ts";
import type { OpenedSource } from "../sources/opened-source.ts";
import { sources } from "../sources/source.ts";
import { calibrationUrl, drawing, readyLine } from "./calibration-page.ts";
import { readCalibration, readTimes } from "./calibration-reading.ts";
import { openPage } from "./page-source.ts";

export interface CalibrationArgs {
  readonly policy: SourcePolicy;
  readonly programs: Programs;
  /** A folder of its own. */
  readonly folder: string;
  readonly seconds: number;
  readonly log: Logger;
}

const startSeconds = 45;
const sampleRate = 48_000;

/** By the commands of a recording, so that what is found is what recordings have. */
async function record(
  source: OpenedSource,
  { programs, folder, seconds }: CalibrationArgs,
  signal: AbortSignal,
): Promise<void> {
  const { inputArguments, environment, capture } = source;
  const height = undefined;
  const { aac, expected } = sources.web;
  const plan = planTracks(expected, { height, aac });
  const asked = { inputArguments, plan, height, folder, seconds, ...(capture && { capture }) };
  const args = recordingArguments(asked);
  await runTool(programs, { tool: "ffmpeg", args, signal, environment });
}

async function read({ programs, folder }: CalibrationArgs, signal: AbortSignal): Promise<Measured> {
  const playlist = `${folder}/${playlistName}`;
  const to = { pictures: `${folder}/pictures`, sound: `${folder}/sound` };
  const { width, height } = drawing;
  const args = readingArguments(playlist, { width, height, sampleRate }, to);
  await runTool(programs, { tool: "ffmpeg", args, signal });
  const times = await runTool(programs, {
    tool: "ffprobe",
    args: timesArguments(playlist),
    signal,
  });
  const [pictures, sound] = [await readFile(to.pictures), await readFile(to.sound)];
  return readCalibration({ pictures, times: readTimes(times), sound, sampleRate });
}

/** Shows and records the recorder's own page, without a correction, and says what is in the recording. */
export async function recordCalibration(args: CalibrationArgs): Promise<Measured> {
  const { policy, folder, log, seconds } = args;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const over = new AbortController();
  // A recording on a clock that stands still has no end.
  const late = AbortSignal.timeout((startSeconds + 4 * seconds) * 1000);
  const signal = AbortSignal.any([over.signal, late]);
  const source = await openPage(
    { kind: "web", url: calibrationUrl },
    {
      ...{ policy, signal, log, scratch: folder },
      patience: { startSeconds, silentSeconds: startSeconds },
      page: { ready: { when: "console", text: readyLine } },
    },
  );
  const ended = source.ended.then(({ message }) => {
    throw new Error(`the page of the calibration has ended: ${message}`);
  });
  try {
    await Promise.race([record(source, args, signal), ended]);
    return await read(args, signal);
  } finally {
    over.abort();
    await source.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
