import { pictureUri, type SpritePlan } from "./pictures.ts";

function timestamp(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const clock = [two(ms / 3_600_000), two((ms / 60_000) % 60), two((ms / 1000) % 60)].join(":");
  return `${clock}.${String(ms % 1000).padStart(3, "0")}`;
}

/** Where a picture lies: its sheet, and the part of it as a media fragment has it (W3C Media Fragments, 4.2.2). */
function placeOf({ columns, rows, width, height }: SpritePlan, index: number): string {
  const place = index % (columns * rows);
  const x = (place % columns) * width;
  const y = Math.floor(place / columns) * height;
  const sheet = Math.floor(index / (columns * rows));
  return `${pictureUri(sheet)}#xywh=${x},${y},${width},${height}`;
}

/** The WebVTT track that players read beside the sheets: one cue for each picture, until the next one. */
export function spriteTrack(plan: SpritePlan, durationSeconds: number): string {
  const cues = Array.from({ length: plan.count }, (_, index) => {
    const last = index === plan.count - 1;
    const end = last ? durationSeconds : (index + 1) * plan.step;
    return `\n${timestamp(index * plan.step)} --> ${timestamp(end)}\n${placeOf(plan, index)}\n`;
  });
  return `WEBVTT\n${cues.join("")}`;
}
