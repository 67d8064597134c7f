import { pause } from "@framewright/runtime/clock.ts";
import { JobFailure } from "../failure.ts";
import { usedBytes, type ScratchSpace } from "./scratch.ts";

const pauseMs = 1000;
/** A look over very many files may take a twentieth of the time. */
const pauseFactor = 20;

/** Of the volume; what a job writes in some seconds must fit into the rest, as the kubelet evicts whole pods. */
const fullShare = 0.95;

export interface ScratchWatchArgs {
  readonly space: ScratchSpace;
  /** The job's own folder. */
  readonly dir: string;
  /** Told of the bytes on the whole volume at each look. */
  readonly onLook: (usedBytes: number) => void;
  /** Called once, with the end of the job. */
  readonly onFull: (failure: JobFailure) => void;
}

/** Nothing where a folder was removed meanwhile: another job has ended. */
async function usedNow(folder: string): Promise<number> {
  try {
    return await usedBytes(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

async function look({ space, dir, onLook, onFull }: ScratchWatchArgs): Promise<boolean> {
  const { workDir, limitBytes } = space;
  const inAll = await usedNow(workDir);
  onLook(inAll);
  if (limitBytes === undefined || inAll <= limitBytes * fullShare) return false;
  const own = await usedNow(dir);
  // At least one of the jobs has more than its part of the volume.
  if (own <= (limitBytes * fullShare) / space.slots) return false;
  const note =
    `${own} bytes were written, and ${inAll} of ${limitBytes} bytes are used; ` +
    "a larger workDirectory of these workers holds more.";
  onFull(new JobFailure("result-too-large", { note }));
  return true;
}

/** Looks at a job's volume while it runs; resolves when the signal fires or the volume is full. */
export async function watchScratch(args: ScratchWatchArgs, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    const begun = performance.now();
    if (await look(args)) return;
    await pause(Math.max(pauseMs, (performance.now() - begun) * pauseFactor), until);
  }
}
