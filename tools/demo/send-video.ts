import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Dub } from "@framewright/contracts/dub.ts";
import { step } from "../steps.ts";
import { createJob, followJob, getTranscript, uploadVideo, type Api } from "./client.ts";
import { demoClip, makeClip } from "./clip.ts";
import { dubTable } from "./dub-report.ts";
import { bar, progressLine, renditionTable, timingTable } from "./report.ts";
import { verifyJob, type MediaTools } from "./verify.ts";

async function savePoster(url: string, file: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The poster answered ${response.status}`);
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
}

/** The video that was named, or the clip that ffmpeg makes. */
export async function chosenVideo(given: string | undefined, tools: MediaTools): Promise<string> {
  if (given === undefined) {
    return step(
      "video",
      () => makeClip(tools.ffmpeg),
      () => `made: ${demoClip.height}p${demoClip.fps}, ${demoClip.seconds} s`,
    );
  }
  const file = resolve(given);
  if (!existsSync(file)) throw new Error(`There is no file ${file}. Give the path of a video.`);
  return file;
}

export interface SendVideoArgs {
  readonly api: Api;
  readonly tools: MediaTools;
  readonly file: string;
  /** Gets what a player would download; what it held before is deleted. */
  readonly folder: string;
  readonly dub?: Dub | undefined;
}

/** Sends one video through the platform. Throws unless the result was verified; returns what there is to say. */
export async function sendVideo({ api, tools, file, folder, dub }: SendVideoArgs): Promise<string> {
  const size = statSync(file).size;
  const uploadId = await step(
    "upload",
    ({ doing }) =>
      uploadVideo(api, file, (sent) => {
        doing(bar((100 * sent) / size));
      }),
    () => `${(size / 1e6).toFixed(1)} MB`,
  );
  const job = await step(
    "job",
    async ({ doing }) => {
      const { id } = await createJob(api, uploadId, "hls-1080p", dub && { dub });
      return followJob(api, id, (now) => {
        doing(progressLine(now));
      });
    },
    (done) => `${done.state} ${done.id}`,
  );
  if (job.state !== "succeeded") {
    throw new Error(`The job ended as ${job.state}: ${job.error?.message ?? "no reason given"}`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const checks = await step(
    "verify",
    () => verifyJob(job, folder, tools),
    () => "playable HLS",
  );
  const poster = join(folder, "poster.jpg");
  if (job.posterUrl !== undefined) await savePoster(job.posterUrl, poster);
  const lines = dub ? `${dubTable(await getTranscript(api, job.id))}\n\n` : "";
  return `
${lines}${renditionTable(job)}

${timingTable(job)}

  ${checks.map((check) => `✓ ${check}`).join("\n  ")}

  playback   ${job.playbackUrl ?? ""}
  poster     ${poster}
  API        ${api.url}/docs`;
}
