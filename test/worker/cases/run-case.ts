import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerBench } from "../../support/worker-process.ts";
import { isRefused, type Accepted, type Case, type Refused } from "./case.ts";
import { colourTime, judge, judgeWarnings, type Findings } from "./judge.ts";
import { newBench } from "./make.ts";
import { measure } from "./measure.ts";
import { judgeSounds, readSounds } from "./sounds.ts";
import { judgeSubtitles, readSubtitles } from "./subtitles.ts";

type FakeJob = ReturnType<WorkerBench["api"]["addJob"]>;

function refusalFindings({ refused, message }: Refused, { state, error }: FakeJob): Findings {
  if (state !== "failed" || !error) return [`it ${state}, right is that it is refused`];
  const said = `${error.kind}/${error.code}: ${error.message}`;
  const right = error.kind === "input" && error.code === refused && message.test(error.message);
  return right ? [] : [`it was refused with "${said}", right is ${refused} with ${message.source}`];
}

async function resultFindings(
  wanted: Accepted,
  job: FakeJob,
  folders: { readonly output: string; readonly scratch: string },
): Promise<Findings> {
  const { error, result, state } = job;
  if (!result)
    return [`it ${state}: ${error?.kind ?? ""}/${error?.code ?? ""}: ${error?.message ?? ""}`];
  const rgbAt = [...(wanted.square ?? []), ...(wanted.colours ? [colourTime(wanted)] : [])];
  const combed = wanted.progressive === true;
  const measured = await measure(folders.output, folders.scratch, { rgbAt, combed });
  const codes = result.warnings.map(({ code }) => code);
  return [
    ...judge(wanted, measured),
    ...judgeWarnings(wanted, codes),
    ...(wanted.sounds
      ? judgeSounds(wanted.sounds, await readSounds(folders.output, folders.scratch))
      : []),
    ...judgeSubtitles(wanted.subtitles ?? [], readSubtitles(folders.output)),
  ];
}

/** Makes the file, sends it through the worker and says what is wrong with the result. */
export async function runCase(bench: WorkerBench, { make, expect }: Case): Promise<Findings> {
  const scratch = mkdtempSync(join(tmpdir(), "framewright-case-"));
  try {
    const job = bench.api.addJob(await make(newBench(scratch)), "hls-1080p");
    await job.ended;
    if (isRefused(expect)) return refusalFindings(expect, job);
    return await resultFindings(expect, job, { output: bench.output(job.id), scratch });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
