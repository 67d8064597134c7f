import { bytesOf, encoded, type Make } from "../../cases/make.ts";
import { beep, film, lavfi, pictures, x264 } from "../../cases/media.ts";
import { cases } from "../../cases/table.ts";

/** The file of a row of docs/inputs.md. */
function uploaded(name: string): Make {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`docs/inputs.md has no row ${name}`);
  return found.make;
}

/** Left and right are tracks of their own, and beep in turns. */
const ears = [`${beep()}*lt(mod(t,4),2)`, `${beep()}*gte(mod(t,4),2)`].map((sound, side) =>
  lavfi(`aevalsrc='${sound}':s=48000:d=8,aformat=channel_layouts=${["FL", "FR"][side] ?? ""}`),
);

/** A square in a picture of which the pixels have this shape. */
function televised(from: number, pixel: string): Make {
  const square = "drawbox=x=120:y=80:w=90:h=90:c=red:t=fill";
  const graph = `color=c=gray:s=320x240:r=25:d=3,${square},setsar=${pixel}`;
  return encoded(
    "ts",
    `${lavfi(graph)} -c:v mpeg2video -q:v 4 -output_ts_offset ${from} -muxdelay 0`,
  );
}

/** The files of which right and wrong results are made. */
export const sources = {
  "size-change.ts": uploaded("size-change.ts"),
  "rgb-screen.mkv": uploaded("rgb-screen.mkv"),
  "container-crop.mkv": uploaded("container-crop.mkv"),
  "bursts-vfr.mp4": uploaded("bursts-vfr.mp4"),
  "still-long-audio.mp4": uploaded("still-long-audio.mp4"),
  "languages.mkv": uploaded("languages.mkv"),
  "fast.mp4": encoded("mp4", `${lavfi("testsrc2=s=320x180:r=60:d=6")} ${x264}`),
  "film.mp4": encoded("mp4", film(8)),
  "aspect-switch.ts": bytesOf([televised(0, "1/1"), televised(3, "4/3")], "ts"),
  "fields.ts": encoded(
    "ts",
    `${lavfi("testsrc2=s=320x288:r=50:d=4,format=yuv420p,interlace=scan=tff:lowpass=off")} -c:v mpeg2video -q:v 4`,
  ),
  "left-and-right.mov": encoded(
    "mov",
    `${pictures(8)} ${ears.join(" ")} -map 0:v -map 1:a -map 2:a ${x264} -c:a pcm_s16le`,
  ),
} as const satisfies Record<string, Make>;

/** Pictures per second that the profile allows, where the file is encoded by one that says so. */
export const caps: Partial<Record<keyof typeof sources, number>> = { "fast.mp4": 30 };
