/** White pictures and beeps last 0.2 s and begin at 1, 3, 5, 7 … s of the true time line. */
const marked = "gte(mod(t,2),1)*lt(mod(t,2),1.2)";

export const on = `enable='${marked}'`;

/** A moving picture that flashes, as a filter graph without its input option. */
export function flashing(size: string, rate: string | number, seconds: number): string {
  return `testsrc2=s=${size}:r=${rate}:d=${seconds},drawbox=c=white:t=fill:${on}`;
}

export function lavfi(graph: string): string {
  return `-f lavfi -i ${graph}`;
}

/** Picture of 320 by 180 at 25 frames per second, unless others are named. */
export function pictures(seconds: number, size = "320x180", rate: string | number = 25): string {
  return lavfi(flashing(size, rate, seconds));
}

interface Tone {
  readonly rate?: number;
  readonly hertz?: number;
  readonly channels?: number;
}

/** A beep as an expression, at the times of the flashes. */
export function beep(hertz = 1000): string {
  return `0.5*sin(2*PI*${hertz}*t)*${marked}`;
}

export function sounds(seconds: number, { rate = 48000, hertz = 1000, channels = 1 }: Tone = {}) {
  const all = Array.from({ length: channels }, () => beep(hertz)).join("|");
  return lavfi(`aevalsrc='${all}':s=${rate}:d=${seconds}`);
}

export const x264 = "-c:v libx264 -preset ultrafast -crf 23 -pix_fmt yuv420p";
export const aac = "-c:a aac -b:a 96k";
export const h264Aac = `${x264} ${aac}`;

/** The usual source of a row: 4 s of H.264 and AAC. */
export function film(seconds = 4): string {
  return `${pictures(seconds)} ${sounds(seconds)} ${h264Aac}`;
}

/** Marks up to a time. */
function marksTo(seconds: number): number[] {
  return Array.from({ length: Math.floor(seconds / 2) }, (_, index) => 2 * index + 1);
}

/** What the usual source becomes. */
export function filmOf(seconds = 4) {
  return {
    seconds,
    marks: marksTo(seconds),
    aspect: [16, 9],
    fps: [25, 25],
    audio: true,
  } as const;
}
