import type { Transcript } from "@framewright/contracts/dub.ts";
import { table } from "./report.ts";

function seconds(value: number): string {
  return value.toFixed(2);
}

function done({ speed, stretch, overSeconds }: Transcript["lines"][number]): string {
  const spoken = speed === 1 ? [] : [`spoken at ${speed.toFixed(2)}`];
  const stretched = stretch === 1 ? [] : [`stretched by ${stretch.toFixed(2)}`];
  const over = overSeconds === 0 ? [] : [`${seconds(overSeconds)} s too long`];
  const all = [...spoken, ...stretched, ...over];
  return all.length === 0 ? "natural" : all.join(", ");
}

function short(text: string): string {
  return text.length > 44 ? `${text.slice(0, 43)}…` : text;
}

/** Every line with its times, what was done so that it fits, and its words. */
export function dubTable({ lines, ...dub }: Transcript): string {
  const rows = lines.map((line) => [
    seconds(line.start),
    seconds(line.end - line.start),
    seconds(line.dubStart),
    seconds(line.naturalSeconds),
    seconds(line.dubEnd - line.dubStart),
    done(line),
    short(line.translation),
  ]);
  const head = [
    "original at",
    "lasts",
    "voice at",
    "natural",
    "lasts",
    "what was done",
    "translation",
  ];
  const percent = (100 * dub.wordErrorRate).toFixed(1);
  return `${table([head, ...rows])}

  ${dub.from} to ${dub.language} by ${dub.voice}: ${percent} % of the words are heard wrongly, no line begins more than
  ${seconds(dub.worstStartSeconds)} s from its original, ${dub.overlong} of ${lines.length} are longer than their time`;
}
