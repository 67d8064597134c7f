import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../../tools/paths.ts";
import { hashOf } from "../../tools/steps.ts";
import { clipOf, inTurn, type SpokenBench } from "./spoken-clips.ts";

const text = readFileSync(join(import.meta.dirname, "long-talk.txt"), "utf8");
const pause = 0.75;
const leastSeconds = 600;

/** A film of ten minutes: 130 lines in English, eight and a half minutes, by one voice with less than a second between them; made once for all clones. */
export async function longTalk(bench: SpokenBench): Promise<string> {
  const folder = join(cache, "clips");
  const file = join(folder, `${hashOf(text, String(pause), String(leastSeconds))}.mp4`);
  if (existsSync(file)) return file;
  const lines = text.trim().split("\n");
  const placed = await inTurn(
    bench,
    lines.map((line) => ({ text: line })),
    pause,
  );
  const quiet = "anullsrc=r=48000:cl=mono";
  const made = await clipOf(bench, "long", { placed, under: quiet, leastSeconds });
  renameSync(made, `${file}.part.mp4`);
  renameSync(`${file}.part.mp4`, file);
  return file;
}
