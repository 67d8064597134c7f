import { pause } from "@framewright/runtime/clock.ts";
import { redactText } from "@framewright/runtime/log.ts";
import { backoffMs, retry } from "@framewright/runtime/retry.ts";
import { writeFile } from "node:fs/promises";
import type { EgressFailure } from "@framewright/contracts/egress.ts";
import { keepsStream } from "@framewright/contracts/egress-kinds.ts";
import type {
  EgressComplete,
  EgressFail,
  EgressParts,
} from "@framewright/contracts/recorder-api.ts";
import { ApiUnreachable, TaskLost } from "../recorder-api.ts";
import { makeMp4 } from "./finish.ts";
import { Recording, type RecordingEnd } from "./recording.ts";
import { Snapshots } from "./snapshots.ts";
import { storeFiles } from "./segment-store.ts";
import { endReason, RecordingFailure, type Task } from "./task.ts";

/** Tries of the MP4: together with their pauses they bridge minutes of a store that is away. */
const filmTries = 8;

export interface RunningTask {
  readonly recording: Recording;
  readonly done: Promise<"settled" | "handed-over" | "lost">;
}

/** However long the API is away: what is recorded is safe on the disk until then. */
function whenThere<T>({ signal }: Task, call: () => Promise<T>): Promise<T> {
  return retry(call, {
    signal,
    attempts: Number.POSITIVE_INFINITY,
    ...{ firstMs: 300, limitMs: 5000 },
    retryable: (error) => error instanceof ApiUnreachable,
  });
}

type Film = Pick<EgressComplete, "mp4" | "warnings">;

async function film(task: Task, segments: EgressParts["segments"]): Promise<Film> {
  for (let tries = 0; ; tries += 1) {
    try {
      return { mp4: await makeMp4(task, segments), warnings: [] };
    } catch (error) {
      if (error instanceof TaskLost || task.signal.aborted) throw error;
      task.log.warn({ err: error, tries }, "the MP4 could not be made");
      if (tries + 1 < filmTries && !(error instanceof RecordingFailure)) {
        await pause(backoffMs(tries, 500, 30_000), task.signal);
        continue;
      }
      const why = error instanceof RecordingFailure ? error.message : "see the recorder's log";
      return { warnings: [`The MP4 could not be made: ${why}`] };
    }
  }
}

async function finish(
  task: Task,
  end: Exclude<RecordingEnd, "handed-over">,
  warnings: readonly string[],
): Promise<void> {
  const { api, lease } = task;
  await whenThere(task, () => api.stopping(lease, endReason(end)));
  const wantsFilm = lease.mp4 && keepsStream(lease.kind);
  const segments = wantsFilm ? await whenThere(task, () => api.parts(lease)) : [];
  const made = segments.length > 0 ? await film(task, segments) : { warnings: [] };
  const result = { ...made, warnings: [...made.warnings, ...warnings] };
  await whenThere(task, () => api.complete(lease, result));
}

const fallback: EgressFailure = "defect";

/** The reason is worth more than the picture: a store that is away keeps nobody from the reason. */
async function storePicture(
  task: Task,
  { picture }: RecordingFailure,
): Promise<EgressFail["screenshot"]> {
  if (picture === undefined) return undefined;
  const path = `page-${task.lease.attempt}.jpg`;
  const localPath = `${task.scratch}/${path}`;
  try {
    await writeFile(localPath, picture);
    await storeFiles(task, [{ path, localPath }]);
    return { path, bytes: picture.length };
  } catch (error) {
    if (error instanceof TaskLost) throw error;
    task.log.warn({ err: error }, "the picture of the page could not be stored");
    return undefined;
  }
}

async function fail(task: Task, error: unknown): Promise<void> {
  const known = error instanceof RecordingFailure;
  task.log.warn({ err: error }, "the recording failed");
  const code = known ? error.code : fallback;
  const message = known ? redactText(error.message) : "The recorder met an error; see its log";
  const screenshot = known ? await storePicture(task, error) : undefined;
  const failure = { reason: { code, message }, again: !known, ...(screenshot && { screenshot }) };
  await whenThere(task, () => task.api.fail(task.lease, failure));
}

async function run(task: Task, recording: Recording, snapshots: Snapshots) {
  try {
    if (!task.lease.finishOnly) {
      const end = await recording.run();
      if (end === "handed-over") return "handed-over" as const;
      await finish(task, end, [...snapshots.warnings, ...recording.warnings]);
    } else {
      await finish(task, "stop-requested", []);
    }
    return "settled" as const;
  } catch (error) {
    if (error instanceof TaskLost) return "lost" as const;
    task.signal.throwIfAborted();
    try {
      await fail(task, error);
    } catch (second) {
      if (second instanceof TaskLost) return "lost" as const;
      throw second;
    }
    return "settled" as const;
  }
}

/** Records a task to its end, whatever that is, and settles it. */
export async function recordTask(task: Task): Promise<RunningTask> {
  const snapshots = new Snapshots(task, task.lease.soFar.seconds);
  const recording = new Recording({ task, snapshots });
  await recording.resume();
  return { recording, done: run(task, recording, snapshots) };
}
