import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { ffmpegPath, probeStreams } from "../test/support/clips.ts";
import { startBench, type WorkerBench } from "../test/support/worker-process.ts";
import { aboutMachine, loadNow, median, treeCpuMsOf, writeFigures } from "./figures.ts";

/**
 * What the worker costs: wall time of one hand-written ffmpeg command for the same ladder and the
 * storing of its files, over the worker's from the queued job to the published master playlist.
 * 1 means free. Both arms use the same ffmpeg, presets and threads, in alternating order.
 */
const exec = promisify(execFile);
const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "5" },
    seconds: { type: "string", default: "60" },
    // Of the source: 187 Mb/s with noise, which no codec compresses; a camera's 12 Mb/s without.
    noise: { type: "string", default: "12" },
    threads: { type: "string", default: String(cpus().length) },
  },
});
const pairs = Number(values.pairs);
const seconds = Number(values.seconds);
const renditions = ["1080p", "720p", "480p", "360p"] as const;

/** Noisy unless asked otherwise, so that it is not trivially compressible, and with a long GOP. */
async function standardClip(): Promise<string> {
  const { noise } = values;
  const path = join(tmpdir(), `framewright-std${seconds}-noise${noise}.mp4`);
  if (existsSync(path)) return path;
  const picture = `testsrc2=s=1920x1080:r=30:d=${seconds}`;
  const partial = `${path}.partial.mp4`;
  const graph = `[0][1]blend=all_mode=average,noise=alls=${noise}:allf=t[v]`;
  await exec(ffmpegPath, [
    ...["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture],
    ...["-f", "lavfi", "-i", "mandelbrot=s=1920x1080:r=30"],
    ...["-f", "lavfi", "-i", `sine=f=440:r=48000:d=${seconds}`],
    ...["-filter_complex", graph, "-map", "[v]", "-map", "2:a", "-t", String(seconds)],
    ..."-c:v libx264 -crf 16 -preset veryfast -pix_fmt yuv420p -g 300 -c:a aac".split(" "),
    partial,
  ]);
  renameSync(partial, path);
  return path;
}

/** The command that an engineer would write by hand. */
function handWritten(clip: string, out: string): string[] {
  const graph = [
    "[0:v]format=yuv420p,split=4[a][b][c][d]",
    "[a]null[v0]",
    "[b]scale=1280:720[v1]",
    "[c]scale=854:480[v2]",
    "[d]scale=640:360[v3]",
  ].join(";");
  return [
    ...["-nostdin", "-y", "-v", "error", "-threads", values.threads, "-i", clip],
    ...["-filter_complex", graph, ..."-map [v0] -map [v1] -map [v2] -map [v3] -map 0:a".split(" ")],
    ..."-c:v libx264 -preset veryfast -crf 21 -g 60 -keyint_min 60 -sc_threshold 0".split(" "),
    ...["-threads:v", values.threads],
    ..."-maxrate:v:0 5000k -bufsize:v:0 7500k -maxrate:v:1 2800k -bufsize:v:1 4200k".split(" "),
    ..."-maxrate:v:2 1400k -bufsize:v:2 2100k -maxrate:v:3 800k -bufsize:v:3 1200k".split(" "),
    ..."-c:a aac -b:a 128k -ac 2 -f hls -hls_time 6 -hls_playlist_type vod".split(" "),
    ..."-hls_segment_type fmp4 -hls_flags independent_segments -master_pl_name m.m3u8".split(" "),
    "-var_stream_map",
    "v:0,agroup:a,name:1080p v:1,agroup:a,name:720p v:2,agroup:a,name:480p v:3,agroup:a,name:360p a:0,agroup:a,name:audio",
    ...["-hls_segment_filename", `${out}/%v/%05d.m4s`, `${out}/%v/index.m3u8`],
  ];
}

interface Sample {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

interface WorkerSample extends Sample {
  /** Wall time of verification over that of the encode, of which it must not cost more than 0.05. */
  readonly verifyShare: number;
}

/** Same frames in every rendition, or the arm has no number. */
async function gate(arm: string, playlists: readonly string[]): Promise<void> {
  for (const playlist of playlists) {
    const [video] = await probeStreams(playlist);
    const frames = Number(video?.nb_read_packets);
    if (frames !== seconds * 30) throw new Error(`${arm}: ${playlist} has ${frames} frames`);
  }
}

/** Objects are written once: each run has a folder of its own. */
async function storeAll(base: string, dir: string, run: string): Promise<void> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const lane = async (): Promise<void> => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      const headers = { "x-test-signed": "yes" };
      const url = `${base}/store/${run}/a1/${file.slice(dir.length + 1)}`;
      const response = await fetch(url, { method: "PUT", headers, body: readFileSync(file) });
      if (!response.ok) throw new Error(`storing ${file} failed: ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

async function runHand(bench: WorkerBench, clip: string, index: number): Promise<Sample> {
  const out = join(bench.dir, "hand");
  rmSync(out, { recursive: true, force: true });
  for (const name of [...renditions, "audio"]) mkdirSync(join(out, name), { recursive: true });
  const start = performance.now();
  const child = spawn("bash", ["-c", '"$0" "$@"; times', ffmpegPath, ...handWritten(clip, out)]);
  let report = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (report += chunk));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`the hand-written command ended with ${String(code)}`);
  await storeAll(bench.api.url, out, `hand-${index}`);
  const wallSeconds = (performance.now() - start) / 1000;
  await gate(
    "hand-written",
    renditions.map((name) => join(out, name, "index.m3u8")),
  );
  const times = [...report.matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuSeconds = times.reduce((sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec), 0);
  return { wallSeconds, cpuSeconds };
}

async function runWorker(bench: WorkerBench, pid: number, clip: string): Promise<WorkerSample> {
  const before = treeCpuMsOf(pid);
  const start = performance.now();
  const job = bench.api.addJob(clip, "hls-1080p");
  await job.ended;
  const wallSeconds = (performance.now() - start) / 1000;
  if (job.state !== "succeeded") throw new Error(`the worker failed: ${JSON.stringify(job.error)}`);
  await gate(
    "worker",
    renditions.map((name) => join(bench.output(job.id), name, "index.m3u8")),
  );
  const { timings } = job.result ?? {};
  console.log(`    timings ${JSON.stringify(timings)}`);
  const verifyShare = timings ? timings.verifyMs / timings.encodeMs : Number.NaN;
  rmSync(bench.output(job.id), { recursive: true, force: true });
  return { wallSeconds, cpuSeconds: (treeCpuMsOf(pid) - before) / 1000, verifyShare };
}

interface Pair {
  readonly hand: Sample;
  readonly worker: WorkerSample;
}

function table(samples: readonly Pair[]): string {
  const row = (title: string, pick: (pair: Pair) => number): string => {
    const all = samples.map(pick);
    const spread = [Math.min(...all), median(all), Math.max(...all)];
    return title.padEnd(34) + spread.map((value) => value.toFixed(3).padStart(9)).join("");
  };
  return [
    `${"".padEnd(34)}      min   median      max`,
    row("hand-written, wall s", ({ hand }) => hand.wallSeconds),
    row("worker, wall s", ({ worker }) => worker.wallSeconds),
    row(
      "ratio of wall (hand / worker)",
      ({ hand, worker }) => hand.wallSeconds / worker.wallSeconds,
    ),
    row("ratio of CPU (hand / worker)", ({ hand, worker }) => hand.cpuSeconds / worker.cpuSeconds),
    row("verification / encode, wall", ({ worker }) => worker.verifyShare),
  ].join("\n");
}

async function measure(bench: WorkerBench, pid: number, clip: string): Promise<Pair[]> {
  const samples: Pair[] = [];
  for (let index = 0; index < pairs; index += 1) {
    const handFirst = index % 2 === 0;
    const early = handFirst ? await runHand(bench, clip, index) : undefined;
    const worker = await runWorker(bench, pid, clip);
    const hand = early ?? (await runHand(bench, clip, index));
    samples.push({ hand, worker });
    console.log(
      `  pair ${index + 1}: hand ${hand.wallSeconds.toFixed(2)} s, ` +
        `worker ${worker.wallSeconds.toFixed(2)} s, load ${loadNow()}`,
    );
  }
  return samples;
}

const clip = await standardClip();
const bench = await startBench();
try {
  bench.api.heartbeatSeconds = 5;
  const { child } = bench.start({ WORKER_CLASSES: "cpu.1080p", THREADS: values.threads });
  if (child.pid === undefined) throw new Error("the worker did not start");
  while (bench.api.registrations.length === 0) await new Promise((go) => setTimeout(go, 50));
  const { stdout } = await exec(ffmpegPath, ["-version"]);
  const about = {
    ...aboutMachine(),
    kernel: release(),
    ffmpeg: stdout.split("\n")[0],
    seconds,
    pairs,
    threads: values.threads,
    noise: values.noise,
  };
  console.log(JSON.stringify(about));
  const samples = await measure(bench, child.pid, clip);
  console.log(table(samples));
  writeFigures("worker", { about, samples });
} finally {
  await bench.close();
}
