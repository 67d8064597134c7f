import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "hls-parser";
import type { ShownText, Subtitles } from "./case.ts";
import type { Findings } from "./judge.ts";

/** Two frames at 25 per second: pictures may be moved onto their grid by one. */
const tolerance = 0.08;

const timing = /^(\d+):(\d\d):(\d\d\.\d{3}) --> (\d+):(\d\d):(\d\d\.\d{3})(.*)$/;

function seconds(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

function textsOf(file: string): ShownText[] {
  return file.split("\n\n").flatMap((block): ShownText[] => {
    const [first = "", ...lines] = block.trim().split("\n");
    const [, ...parts] = timing.exec(first) ?? [];
    const settings = parts[6] ?? "";
    if (parts.length === 0) return [];
    return [[seconds(parts.slice(0, 3)), seconds(parts.slice(3, 6)), settings + lines.join("\n")]];
  });
}

/** All texts of a rendition, each once, in the order in which they are shown. */
function readRendition(folder: string, uri: string): ShownText[] {
  const playlist = parse(readFileSync(join(folder, uri), "utf8"));
  if (playlist.isMasterPlaylist) throw new Error(`${uri} is no media playlist`);
  const texts = playlist.segments.flatMap(({ uri: segment }) =>
    textsOf(readFileSync(join(folder, dirname(uri), segment), "utf8")),
  );
  return [...new Map(texts.map((text) => [text.join(" "), text])).values()];
}

/** What the master playlist of a result offers. */
export function readSubtitles(folder: string): Subtitles[] {
  const master = parse(readFileSync(join(folder, "master.m3u8"), "utf8"));
  if (!master.isMasterPlaylist) throw new Error("master.m3u8 is no multivariant playlist");
  return (master.variants[0]?.subtitles ?? []).map(({ uri = "", language, ...marks }) => ({
    ...(language !== undefined && { language }),
    ...(marks.forced && { forced: true as const }),
    ...(marks.isDefault && { isDefault: true as const }),
    texts: readRendition(folder, uri),
  }));
}

function sameTexts(found: readonly ShownText[], right: readonly ShownText[]): boolean {
  return (
    found.length === right.length &&
    found.every(([from, to, text], index) => {
      const [rightFrom = 0, rightTo = 0, rightText] = right[index] ?? [];
      const near = Math.max(Math.abs(from - rightFrom), Math.abs(to - rightTo)) <= tolerance;
      return near && text === rightText;
    })
  );
}

function marksOf({ language, forced, isDefault }: Subtitles): string {
  return [
    language ?? "no language",
    ...(forced ? ["forced"] : []),
    ...(isDefault ? ["default"] : []),
  ].join(", ");
}

/** Compares the subtitles of a result with what is right. */
export function judgeSubtitles(right: readonly Subtitles[], found: readonly Subtitles[]): Findings {
  const shown = found.map(marksOf).join("; ");
  const wanted = right.map(marksOf).join("; ");
  if (shown !== wanted) return [`subtitles are "${shown}", right is "${wanted}"`];
  return right.flatMap(({ texts }, index) => {
    const seen = found[index]?.texts ?? [];
    return sameTexts(seen, texts)
      ? []
      : [`subtitles ${index + 1} are ${JSON.stringify(seen)}, right is ${JSON.stringify(texts)}`];
  });
}
