import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { exec } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { cache } from "../paths.ts";
import { hashOf } from "../steps.ts";

/** What is said, and for how many seconds nobody speaks behind it. */
const lines: readonly (readonly [text: string, pause: number])[] = [
  ["Good morning, and welcome to our kitchen.", 0.6],
  ["Today we bake bread, the way my grandmother did.", 0.8],
  ["First, mix the flour with warm water and a little salt.", 0.5],
  ["Then you wait.", 0.9],
  ["The dough must rest for two hours, and it will double in size.", 0.7],
  ["Now we heat the oven, very hot, and we put the bread inside.", 0.6],
  ["After forty minutes it is ready.", 0.5],
  ["Let it cool, cut it, and share it with your friends.", 1],
];
const voice = "am_michael";

const Models = Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) });

/** The first model that a speech service has. */
export async function modelOf(ttsUrl: string): Promise<string> {
  const url = `${ttsUrl}/v1/models`;
  const [first] = parseAs(Models, await (await fetch(url)).json(), url).data;
  if (!first) throw new Error(`${url} lists no model`);
  return first.id;
}

/** A WAV of a sentence. */
export async function spoken(ttsUrl: string, model: string, input: string): Promise<Uint8Array> {
  const response = await fetch(`${ttsUrl}/v1/audio/speech`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, input, voice, response_format: "wav" }),
  });
  if (!response.ok) throw new Error(`The speech service answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Sentences behind each other, over a quiet bed of two notes, beside a moving picture. */
function talkArguments(wavs: readonly string[], output: string): string[] {
  const padded = lines.map(
    ([, pause], index) => `[${index}:a]aresample=48000,apad=pad_dur=${pause}[s${index}]`,
  );
  const all = lines.map((_, index) => `[s${index}]`).join("");
  const [picture, bed] = [wavs.length, wavs.length + 1];
  const graph = [
    ...padded,
    `${all}concat=n=${lines.length}:v=0:a=1[said]`,
    `[said][${bed}:a]amix=inputs=2:duration=first:normalize=0,aformat=channel_layouts=stereo[mix]`,
  ].join(";");
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...wavs.flatMap((wav) => ["-i", wav]),
    ...["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25"],
    ...["-f", "lavfi", "-i", "aevalsrc='0.02*sin(2*PI*220*t)+0.015*sin(2*PI*277*t)':s=48000"],
    ...["-filter_complex", graph, "-map", `${picture}:v`, "-map", "[mix]", "-shortest"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"],
    ...["-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", output],
  ];
}

/** A talk of half a minute in English, spoken by the speech service; made once for all clones. */
export async function makeTalk(ffmpeg: string, ttsUrl: string): Promise<string> {
  const name = hashOf(JSON.stringify(lines), voice, ...talkArguments([], "talk.mp4"));
  const folder = join(cache, "clips");
  const file = join(folder, `${name}.mp4`);
  if (existsSync(file)) return file;
  const parts = join(folder, `${name}.${process.pid}`);
  mkdirSync(parts, { recursive: true });
  try {
    const model = await modelOf(ttsUrl);
    const wavs: string[] = [];
    for (const [text] of lines) {
      const wav = join(parts, `${wavs.length}.wav`);
      writeFileSync(wav, await spoken(ttsUrl, model, text));
      wavs.push(wav);
    }
    const part = join(parts, "talk.mp4");
    await exec(ffmpeg, talkArguments(wavs, part));
    renameSync(part, file);
  } finally {
    rmSync(parts, { recursive: true, force: true });
  }
  return file;
}
