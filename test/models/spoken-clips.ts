import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../../tools/exec.ts";
import { wavHeader } from "../../worker/src/job/dub/wav.ts";
import type { RunningModel } from "../../tools/models/serve.ts";
import type { DubBench } from "./dub-bench.ts";

/** What such clips are made with, and where. */
export interface SpokenBench extends Pick<DubBench, "ffmpeg" | "folder"> {
  readonly models: { readonly tts: Pick<RunningModel, "url"> };
}

/** Of Kokoro. */
const rate = 24_000;
const headerBytes = 44;

export interface Said {
  readonly text: string;
  readonly voice?: string;
  readonly speed?: number;
}

/** A line with its samples, and when it begins. */
export interface Placed {
  readonly at: number;
  readonly samples: Int16Array;
}

async function spoken(
  { models }: SpokenBench,
  { text, voice = "am_michael", speed = 1 }: Said,
): Promise<Int16Array> {
  const response = await fetch(`${models.tts.url}/v1/audio/speech`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...{ model: "kokoro-82m", input: text, voice, speed, response_format: "wav" },
    }),
  });
  if (!response.ok) throw new Error(`${text}: ${response.status} ${await response.text()}`);
  return new Int16Array((await response.arrayBuffer()).slice(headerBytes));
}

function secondsOf(samples: Int16Array): number {
  return samples.length / rate;
}

/**
 * Says lines one after the other, each text once however often it comes.
 * @param pause seconds between two lines; negative ones talk over each other
 */
export async function inTurn(
  bench: SpokenBench,
  lines: readonly Said[],
  pause: number,
): Promise<Placed[]> {
  const known = new Map<string, Int16Array>();
  const placed: Placed[] = [];
  let at = 0.5;
  for (const line of lines) {
    const key = JSON.stringify(line);
    const samples = known.get(key) ?? (await spoken(bench, line));
    known.set(key, samples);
    placed.push({ at, samples });
    at += Math.max(0.3, secondsOf(samples) + pause);
  }
  return placed;
}

function mixed(
  placed: readonly Placed[],
  { tail, leastSeconds }: { readonly tail: number; readonly leastSeconds: number },
): Buffer {
  const said = Math.max(0, ...placed.map(({ at, samples }) => at + secondsOf(samples)));
  const sum = new Float64Array(Math.round(Math.max(said + tail, leastSeconds) * rate));
  for (const { at, samples } of placed) {
    const from = Math.round(at * rate);
    samples.forEach((value, index) => {
      sum[from + index] = (sum[from + index] ?? 0) + value;
    });
  }
  const all = Int16Array.from(sum, (value) => Math.max(-32_768, Math.min(32_767, value)));
  return Buffer.concat([wavHeader(rate, all.byteLength), Buffer.from(all.buffer)]);
}

/** Chords that change each second, with a beat. */
export const music =
  "aevalsrc='(0.5+0.5*lt(mod(t,0.5),0.1))*(sin(2*PI*220*t)+sin(2*PI*(277+56*mod(floor(t),3))*t)+sin(2*PI*330*t))/5':s=48000";

/** A film of a plain picture in which this is said, over a quiet sound of `under`. */
export async function clipOf(
  { ffmpeg, folder }: SpokenBench,
  name: string,
  {
    placed,
    under,
    volume = 1,
    tail = 1,
    leastSeconds = 0,
  }: {
    readonly placed: readonly Placed[];
    readonly under: string;
    readonly volume?: number;
    /** Seconds behind what is said. */
    readonly tail?: number;
    readonly leastSeconds?: number;
  },
): Promise<string> {
  const file = join(folder, `${name}.mp4`);
  if (existsSync(file)) return file;
  const wav = join(folder, `${name}.wav`);
  writeFileSync(wav, mixed(placed, { tail, leastSeconds }));
  const graph = `[1:a]volume=${volume}[bed];[0:a]aresample=48000[said];[said][bed]amix=inputs=2:duration=first:normalize=0,aformat=channel_layouts=stereo[mix]`;
  await exec(ffmpeg, [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", wav],
    ...["-f", "lavfi", "-i", under, "-f", "lavfi", "-i", "smptebars=size=640x360:rate=25"],
    ...["-filter_complex", graph, "-map", "2:v", "-map", "[mix]", "-shortest"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", file],
  ]);
  return file;
}
