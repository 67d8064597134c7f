import type { Sound, Theme } from "../case.ts";
import { bytesOf, content, copied, encoded, patched, type Make } from "../make.ts";
import { withEmptySound, withNoiseForSound, withUnknownSound } from "../bytes/mp4.ts";
import { id3, klv, withData } from "../bytes/ts.ts";
import { aac, beep, film, filmOf, h264Aac, lavfi, pictures, sounds, x264 } from "../media.ts";

import { filmSeconds as seconds, row } from "./shared.ts";

/** Beeps in all channels of a layout. */
function channels(count: number, layout: string): string {
  const all = Array.from({ length: count }, () => beep()).join("|");
  return lavfi(`aevalsrc='${all}':s=48000:d=${seconds},aformat=channel_layouts=${layout}`);
}

/** One side of a sound that beeps on each side in turns: of a side that is lost, beeps are missing. */
function inTurns(position: string, comparison: string): string {
  const sound = `${beep()}*${comparison}(mod(t,4),2)`;
  return lavfi(`aevalsrc='${sound}':s=48000:d=${seconds},aformat=channel_layouts=${position}`);
}

/** Sound of the wrong track: it beeps where the right one does not. */
const wrong = lavfi(`aevalsrc='0.5*sin(2*PI*600*t)*lt(mod(t,2),0.2)':s=48000:d=${seconds}`);

/** All round, and nothing from a side. */
const field = lavfi(`aevalsrc='${beep()}|0|0|0':s=48000:d=${seconds}:c=quad`);

/** Says that the four channels are a sound field (RFC 8486), which no filter of ffmpeg makes. */
function asSoundField(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[changed.indexOf("OpusHead") + 18] = 2;
  return changed;
}

const both = { ears: 2 } as const;

/** What becomes of six channels or more. */
const stereoAndSurround: readonly Sound[] = [
  { channels: 2, isDefault: true, beeps: [1, 3] },
  { channels: 6, beeps: [1, 3] },
];

/** A film whose sound changes after four seconds. */
function changing(first: string, second: string) {
  const half = (sound: string, offset: number) =>
    encoded("ts", `${pictures(4)} ${sound} ${h264Aac} -output_ts_offset ${offset} -muxdelay 0`);
  return bytesOf([half(first, 0), half(second, 4)], "ts");
}

const left = "-c:a pcm_s16le";
/** MP4 with two sound tracks, the first one of the wrong sound. */
const twoTracks = `${pictures(seconds)} ${wrong} ${sounds(seconds)} -map 0:v -map 1:a -map 2:a ${h264Aac}`;

export const soundLayouts: Theme = {
  title: "Channels and tracks of sound",
  about: "Sound becomes stereo AAC at 48 kHz that is heard in both ears.",
  cases: [
    row("mono.mp4", "Mono", film(), both),
    {
      ...row(
        "surround-5.1.mkv",
        "5.1",
        `${pictures(seconds)} ${channels(6, "5.1")} ${x264} -c:a ac3`,
        { ...both, sounds: stereoAndSurround },
      ),
      quick: true,
    },
    row("surround-7.1.mkv", "7.1", `${pictures(seconds)} ${channels(8, "7.1")} ${x264} -c:a flac`, {
      ...both,
      sounds: stereoAndSurround,
    }),
    row(
      "surround-7.1.4.mkv",
      "7.1.4",
      `${pictures(seconds)} ${channels(12, "7.1.4")} ${x264} -c:a pcm_s16le`,
      both,
    ),
    row(
      "channels-3.mkv",
      "Three channels without a layout",
      `${pictures(seconds)} ${channels(3, "2.1")} ${x264} -c:a pcm_s16le`,
      both,
    ),
    row(
      "channels-5.mov",
      "Five channels without a layout",
      `${pictures(seconds)} ${channels(5, "5.0")} ${x264} -c:a pcm_s16le -f mov`,
      both,
    ),
    row(
      "channels-16.mkv",
      "Sixteen channels without a layout, as a mixer records",
      `${pictures(seconds)} ${channels(16, "hexadecagonal")} ${x264} -c:a pcm_s16le`,
      both,
    ),
    {
      name: "ambisonic.mkv",
      property: "Ambisonics (a sound field of four channels)",
      make: patched(
        encoded("mkv", `${pictures(seconds)} ${field} ${x264} -c:a libopus -write_crc32 0`),
        "mkv",
        asSoundField,
      ),
      expect: { ...filmOf(seconds), ...both },
    },
    row(
      "sound-8000.avi",
      "Sound of 8 kHz",
      `${pictures(seconds)} ${sounds(seconds, { rate: 8000 })} ${x264} -c:a pcm_alaw`,
      both,
    ),
    row(
      "sound-96000.mov",
      "Sound of 96 kHz and 24 bits",
      `${pictures(seconds)} ${sounds(seconds, { rate: 96000, channels: 2 })} ${x264} -c:a pcm_s24le`,
      both,
    ),
    {
      ...row(
        "left-and-right.mov",
        "Left and right as two mono tracks, as cameras of broadcasters record",
        `${pictures(seconds)} ${inTurns("FL", "lt")} ${inTurns("FR", "gte")} -map 0:v -map 1:a -map 2:a ${x264} ${left}`,
        both,
      ),
      quick: true,
    },
    row(
      "left-only.mov",
      "One mono track with the position left",
      `${pictures(seconds)} ${channels(1, "FL")} ${x264} ${left}`,
      both,
    ),
    row(
      "earlier-programme.ts",
      "A transport stream of two programmes, of which the other one begins two seconds earlier",
      `-itsoffset 2 ${pictures(seconds)} ${wrong} -itsoffset 2 ${sounds(seconds)} -map 1:a -map 0:v -map 2:a ${h264Aac} -program title=radio:st=0 -program title=film:st=1:st=2`,
    ),
    row(
      "other-programme.ts",
      "A transport stream of two programmes, the sound of the other one first",
      `${pictures(seconds)} ${wrong} ${sounds(seconds)} -map 1:a -map 0:v -map 2:a ${h264Aac} -program title=radio:st=0 -program title=film:st=1:st=2`,
    ),
    {
      name: "layout-change.ts",
      property: "Sound that changes from stereo to 5.1 in the middle",
      quick: true,
      make: changing(sounds(4, { channels: 2 }), channels(6, "5.1")),
      expect: { ...filmOf(8), ...both },
    },
    {
      name: "sample-rate-change.ts",
      property: "Sound that changes from 48 to 44.1 kHz in the middle",
      make: changing(sounds(4), sounds(4, { rate: 44100 })),
      expect: filmOf(8),
    },
    row(
      "opus-in.mp4",
      "MP4 with Opus",
      `${pictures(seconds)} ${sounds(seconds)} ${x264} -c:a libopus`,
    ),
  ],
};

/** A film with a track of 4000 bytes that nobody describes. */
const withTrackOfData: Make = async (bench) => {
  const data = await content("bin", Buffer.alloc(4000, "DEVC"))(bench);
  const args = `${pictures(seconds)} ${sounds(seconds)} -f data -i ${data} -map 0 -map 1 -map 2`;
  return encoded("ts", `${args} ${h264Aac} -c:d copy`)(bench);
};

export const soundFaults: Theme = {
  title: "Tracks that cannot be used",
  about:
    "A sound track that cannot be used is left out, and the job warns of it; the film still succeeds. Tracks of data, chapters, attached pictures and fonts are not looked at.",
  cases: [
    {
      name: "empty-audio.mp4",
      property: "A sound track without one sample",
      quick: true,
      make: patched(encoded("mp4", film()), "mp4", withEmptySound),
      expect: { ...filmOf(), audio: false, warnings: ["audio-track-left-out"] },
    },
    {
      name: "garbage-audio.mp4",
      property: "A sound track of noise in place of AAC",
      make: patched(encoded("mp4", film()), "mp4", withNoiseForSound),
      expect: { ...filmOf(), audio: false, warnings: ["audio-track-left-out"] },
    },
    row(
      "one-packet.mkv",
      "A sound track of one packet",
      `${pictures(seconds)} ${lavfi("aevalsrc=0:s=48000:d=0.02")} ${x264} -c:a mp2`,
      { audio: false, warnings: ["audio-track-left-out"] },
    ),
    {
      name: "unknown-audio.mp4",
      property: "A sound track of an unknown codec beside a good one",
      make: patched(encoded("mp4", twoTracks), "mp4", withUnknownSound),
      expect: { ...filmOf(), warnings: ["audio-track-left-out"] },
    },
    {
      name: "garbage-and-good.mp4",
      property: "A default sound track of noise beside a good one",
      make: patched(encoded("mp4", twoTracks), "mp4", withNoiseForSound),
      expect: { ...filmOf(), warnings: ["audio-track-left-out"] },
    },
    row(
      "cover.mp4",
      "An attached picture beside the film",
      `${pictures(seconds)} ${sounds(seconds)} ${lavfi("color=c=red:s=600x600:d=0.04")} -map 0:v -map 1:a -map 2:v ${h264Aac} -c:v:1 mjpeg -pix_fmt:v:1 yuvj420p -disposition:v:1 attached_pic`,
    ),
    row(
      "cover-first.mkv",
      "A single picture that nothing marks as a cover, before the film",
      `${lavfi("color=c=red:s=600x600:d=0.04")} ${pictures(seconds)} ${sounds(seconds)} -map 0:v -map 1:v -map 2:a ${aac} -c:v:0 mjpeg -pix_fmt:v:0 yuvj420p -c:v:1 libx264 -preset:v:1 ultrafast`,
    ),
    row("timecode.mov", "A data track with the time of day", `${film()} -timecode 10:00:00:00`),
    {
      name: "klv.ts",
      property: "A transport stream with positions as data (KLV), as drones record",
      make: patched(withTrackOfData, "ts", (bytes) => withData(bytes, klv)),
      expect: filmOf(),
    },
    {
      name: "id3.ts",
      property: "A transport stream with timed ID3 tags, as live streams carry titles",
      make: patched(withTrackOfData, "ts", (bytes) => withData(bytes, id3)),
      expect: filmOf(),
    },
    {
      name: "gpmf.mp4",
      property: "MP4 with a track of data (GPMF), as action cameras record",
      make: copied(withTrackOfData, "mp4", { output: "-map 0 -tag:d gpmd" }),
      expect: filmOf(),
    },
    row(
      "chapters-and-tags.mkv",
      "Tags with characters of every kind",
      `${film()} -metadata title=“Ünïcode”\\ 🎬 -metadata comment=%s%n../../etc`,
    ),
    {
      name: "sound-alone.m4a",
      property: "Sound alone",
      quick: true,
      make: encoded("m4a", `${sounds(seconds)} ${aac}`),
      expect: { seconds, audio: true, picture: false, beeps: [1, 3], ears: 2 },
    },
    {
      name: "sound-with-cover.mp3",
      property: "Sound with a cover",
      make: encoded(
        "mp3",
        `${sounds(seconds)} ${lavfi("testsrc2=s=300x300:d=0.04")} -map 0 -map 1 -c:a libmp3lame -c:v mjpeg -pix_fmt yuvj420p -disposition:v attached_pic`,
      ),
      expect: { seconds, audio: true, picture: false, beeps: [1, 3], ears: 2 },
    },
  ],
};
