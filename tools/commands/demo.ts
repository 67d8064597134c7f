import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createJob, followJob, uploadVideo } from "../demo/client.ts";
import { demoClip, makeClip } from "../demo/clip.ts";
import { mediaTools, platform } from "../demo/platform.ts";
import { bar, progressLine, renditionTable, timingTable } from "../demo/report.ts";
import { verifyJob, type MediaTools } from "../demo/verify.ts";
import { own } from "../paths.ts";
import { setUpAll } from "../setup.ts";
import { history, step } from "../steps.ts";

async function savePoster(url: string, file: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The poster answered ${response.status}`);
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
}

async function chosenVideo(args: readonly string[], tools: MediaTools): Promise<string> {
  const [given] = args;
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

/** Set-up, then one video through the whole platform. Throws unless the result was verified. */
export async function demo(args: readonly string[]): Promise<void> {
  const started = performance.now();
  await setUpAll();
  const tools = await mediaTools();
  const file = await chosenVideo(args, tools);
  const api = await platform();
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
      const { id } = await createJob(api, uploadId, "hls-1080p");
      return followJob(api, id, (now) => {
        doing(progressLine(now));
      });
    },
    (done) => `${done.state} ${done.id}`,
  );
  if (job.state !== "succeeded") {
    throw new Error(`The job ended as ${job.state}: ${job.error?.message ?? "no reason given"}`);
  }
  const folder = join(own, "demo");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const checks = await step(
    "verify",
    () => verifyJob(job, folder, tools),
    () => "playable HLS",
  );
  const poster = join(folder, "poster.jpg");
  if (job.posterUrl !== undefined) await savePoster(job.posterUrl, poster);
  const total = (performance.now() - started) / 1000;
  const slowest = history.reduce((a, b) => (a.seconds >= b.seconds ? a : b));
  console.log(`
${renditionTable(job)}

${timingTable(job)}

  ${checks.map((check) => `✓ ${check}`).join("\n  ")}

  playback   ${job.playbackUrl ?? ""}
  poster     ${poster}
  API        ${api.url}/docs
  total      ${total.toFixed(1)} s (longest step: ${slowest.name}, ${slowest.seconds.toFixed(1)} s)

  Next: npm run status, npm run shell, npm run down
`);
}
