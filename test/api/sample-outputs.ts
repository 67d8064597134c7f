import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { writeManifest } from "../../media/outputs/manifest.ts";
import { sampleFiles } from "./worker-under-test.ts";

export const manifest = writeManifest({
  durationSeconds: 6,
  sets: [
    {
      ...{ kind: "video", language: undefined, label: undefined, roles: ["main"] },
      representations: [
        {
          ...{
            id: "720p",
            codecs: "avc1.64001f",
            bandwidth: 1,
            timescale: 1,
            ticks: [6],
            channels: 0,
          },
          ...{ init: "720p/init.mp4", media: "720p/$Number%05d$.m4s" },
          picture: { width: 1280, height: 720, fps: { num: 30, den: 1 } },
        },
      ],
    },
  ],
  texts: [
    {
      ...{ id: "subtitles-1-en", language: "en", label: "English", roles: ["subtitle"] },
      ...{ path: "subtitles-1-en/subtitles.vtt", bandwidth: 27 },
    },
  ],
});
export const track = "WEBVTT\n\n00:00:00.000 --> 00:00:06.000\n00000.jpg#xywh=0,0,160,90\n";

/** The texts of the files by path, beside those of the sample. */
export const outputFiles: Readonly<Record<string, string>> = {
  "720p/00000.m4s": "0123456789",
  "720p/index.m3u8": (sampleFiles["720p/index.m3u8"]?.[1] ?? "").replace("0.m4s", "00000.m4s"),
  "subtitles-1-en/subtitles.vtt": "WEBVTT\n",
  "manifest.mpd": manifest,
  "video.mp4": "a film",
  "audio.m4a": "a sound",
  "lip-sync.mp4": "lips",
  "thumbnails/00000.jpg": "one",
  "sprite/sprite.vtt": track,
  "sprite/00000.jpg": "a sheet",
};
const file = { durationSeconds: 6, codecs: "avc1.64001f" };
/** What a worker states of them. */
export const sampleOutputs: Required<OutputResults> = {
  dash: {
    ...{ path: "manifest.mpd", bytes: manifest.length + 7 },
    texts: ["subtitles-1-en/subtitles.vtt"],
  },
  mp4: { path: "video.mp4", bytes: 6, ...file, rendition: "720p", width: 1280, height: 720 },
  lipSync: {
    ...{ path: "lip-sync.mp4", bytes: 4, ...file, rendition: "720p" },
    ...{ language: "pt", width: 1280, height: 720 },
  },
  audio: { path: "audio.m4a", bytes: 7, ...file, channels: 2 },
  thumbnails: {
    pictures: [{ path: "thumbnails/00000.jpg", atSeconds: 0 }],
    ...{ bytes: 3, width: 320, height: 180 },
  },
  sprite: {
    ...{ path: "sprite/sprite.vtt", sheets: ["sprite/00000.jpg"], bytes: track.length + 7 },
    ...{ pictures: 1, everySeconds: 6, columns: 1, rows: 1, width: 160, height: 90 },
  },
};
