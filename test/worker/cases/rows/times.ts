import type { Accepted, Case, Theme } from "../case.ts";
import { bytesOf, copied, encoded, patched, type Make } from "../make.ts";
import { withEdits } from "../bytes/mp4.ts";
import { replaced, withoutFrameRate } from "../bytes/matroska.ts";
import { aac, film, filmOf, flashing, h264Aac, lavfi, pictures, sounds, x264 } from "../media.ts";
import { row } from "./shared.ts";

function made(name: string, property: string, make: Make, expect: Accepted = filmOf(4)): Case {
  return { name, property, make, expect };
}

/** From the fourth second on, all stamps are later by an hour. */
const leap = "setts=pts='PTS+gte(PTS*TB,4)*3600/TB':dts='DTS+gte(PTS*TB,4)*3600/TB'";
const leaping = { output: `-bsf:v ${leap} -bsf:a ${leap}` };

function part(offset: number, extra = ""): Make {
  return encoded("ts", `${film()} -output_ts_offset ${offset} -muxdelay 0 ${extra}`);
}

const jitter = "select='not(eq(mod(n,11),7))',setpts='PTS+(mod(N*7,5)-2)*4'";
const browser = `${lavfi(`${flashing("320x240", 30, 8)},settb=1/1000,${jitter},format=yuv420p`)} ${sounds(8)}`;
const browserCodecs =
  "-fps_mode vfr -c:v libvpx -deadline realtime -cpu-used 8 -b:v 400k -c:a libopus -f webm -live 1 -cluster_time_limit 1000";

const recording = encoded("webm", `${pictures(4)} ${sounds(4)} ${browserCodecs}`);

const bursts =
  "testsrc2=s=320x180:r=60:d=12,settb=1/600,select='between(t,4,7)+eq(mod(n,60),0)',setpts='PTS+mod(N*37,11)*0.55'";

/** A film at 25 pictures per second with one second, or a slide show with its first half second, that moves fast. */
const rareMotion = {
  film: "testsrc2=s=320x180:r=25:d=34,settb=1/600,setpts='if(lt(N,550),N*24,13200+if(lt(N,610),(N-550)*10,600+(N-610)*24))'",
  slides: "testsrc2=s=320x180:r=25:d=4,settb=1/600,setpts='if(lt(N,9),N*24,216+(N-9)*600)'",
};
const exactStamps = "-fps_mode vfr -enc_time_base 1/600 -video_track_timescale 600";

const late = "-itsoffset 2";

export const times: Theme = {
  title: "Lengths, stamps and variable rates",
  about:
    "What counts is what decodes: lengths, frame counts and rates that a file states are not believed. The result begins at zero, sound and picture stay together, and the clock has no leaps.",
  cases: [
    {
      ...made(
        "mediarecorder.webm",
        "What browsers record: no length, no index, no rate, stamps that jitter",
        patched(encoded("webm", `${browser} ${browserCodecs}`), "webm", withoutFrameRate),
        { seconds: 8, marks: [1, 3, 5, 7], aspect: [4, 3], fps: [24, 31], audio: true },
      ),
      quick: true,
    },
    {
      ...made(
        "stale-statistics.mkv",
        "Tags of the file it was cut from: fifteen minutes",
        patched(
          encoded("mkv", `${film()} -write_crc32 0 -metadata:s:v NUMBER_OF_FRAMES=27066`),
          "mkv",
          (bytes) => replaced(bytes, Buffer.from("00:00:04."), Buffer.from("00:15:02.")),
        ),
      ),
      quick: true,
    },
    made(
      "no-index.mkv",
      "Matroska without a length and without an index",
      encoded("mkv", `${film()} -live 1 -f matroska`),
    ),
    row(
      "fragmented.mp4",
      "MP4 in fragments",
      `${film()} -movflags frag_keyframe+empty_moov+default_base_moof`,
    ),
    row("index-first.mp4", "MP4 with its index first", `${film()} -movflags +faststart`),
    made(
      "cut-start.mp4",
      "An edit list that cuts the start",
      copied(encoded("mp4", `${film(6)} -g 100`), "mp4", { input: "-ss 2" }),
      filmOf(4),
    ),
    made(
      "late-sound.mp4",
      "An edit list with a pause before the sound",
      encoded("mp4", `${pictures(6)} ${late} ${sounds(4)} ${h264Aac}`),
      lateSound(),
    ),
    made(
      "late-sound.mkv",
      "Sound that begins two seconds late in Matroska",
      encoded("mkv", `${pictures(6)} ${late} ${sounds(4)} ${h264Aac}`),
      lateSound(),
    ),
    made(
      "late-sound.ts",
      "Sound that begins two seconds late in a transport stream",
      encoded("ts", `${pictures(6)} ${late} ${sounds(4)} ${h264Aac}`),
      lateSound(),
    ),
    made(
      "late-picture.mkv",
      "A picture that begins two seconds after the sound",
      encoded("mkv", `${late} ${pictures(4)} ${sounds(6)} ${h264Aac}`),
      { ...filmOf(6), flashes: [3, 5], still: true },
    ),
    made(
      "leap.mkv",
      "Stamps of all tracks that leap forward by an hour, in Matroska",
      copied(encoded("mkv", film(8)), "mkv", leaping),
      filmOf(8),
    ),
    made(
      "leap.mp4",
      "Stamps of all tracks that leap forward by an hour, in MP4",
      copied(encoded("mkv", film(8)), "mp4", leaping),
      filmOf(8),
    ),
    made(
      "leap.ts",
      "Stamps that leap forward by an hour, in a transport stream",
      bytesOf([part(0), part(3600)], "ts"),
      filmOf(8),
    ),
    made("back.ts", "Stamps that go back", bytesOf([part(1000), part(10)], "ts"), filmOf(8)),
    made(
      "back-a-little.ts",
      "Stamps that go back by three seconds, sound of the second part before the last picture of the first",
      bytesOf([part(10), part(11)], "ts"),
      filmOf(8),
    ),
    {
      ...made(
        "two-recordings.webm",
        "Two recordings of a browser, one appended to the other: stamps that go back outside a transport stream",
        bytesOf([recording, recording], "webm"),
      ),
      expect: {
        refused: "source-unsupported",
        message: /Its time stamps go back from 3\.\d\d s to 0\.\d\d s/,
      },
    },
    made(
      "edits.mp4",
      "An edit list that shows a later part of all tracks first",
      patched(encoded("mp4", `${film(8)} -g 25`), "mp4", (bytes) =>
        withEdits(bytes, [
          [4.5, 3.5],
          [0, 2],
        ]),
      ),
      { ...filmOf(4), seconds: 5.5, marks: [0.5, 2.5, 4.5] },
    ),
    made(
      "wrap.ts",
      "Stamps that wrap at 33 bits",
      encoded("ts", `${film(8)} -output_ts_offset 95440`),
      filmOf(8),
    ),
    made(
      "offset.ts",
      "Stamps that begin at ten hours",
      encoded("ts", `${film()} -output_ts_offset 36000`),
    ),
    row(
      "offset.mkv",
      "Stamps that begin at ten hours, in Matroska",
      `${film()} -output_ts_offset 36000 -avoid_negative_ts disabled`,
    ),
    made(
      "open-gop-cut.ts",
      "A transport stream cut within an open group of pictures",
      patched(
        encoded(
          "ts",
          `${pictures(8)} ${sounds(8)} -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 35 -sc_threshold 0 -bf 3 -x264-params open-gop=1 ${aac}`,
        ),
        "ts",
        (bytes) => bytes.subarray(188 * Math.floor(bytes.length / 188 / 40)),
      ),
      {
        ...filmOf(8),
        flashes: [3, 5, 7],
        beeps: [1, 3, 5, 7],
        slack: 0.2,
        still: true,
      },
    ),
    {
      ...made(
        "mid-packet.ts",
        "A capture that begins in the middle of a packet",
        patched(encoded("ts", `${film(8)} -g 25`), "ts", (bytes) => bytes.subarray(100)),
        { ...filmOf(8), slack: 1.1 },
      ),
      quick: true,
    },
    {
      ...made(
        "bursts-vfr.mp4",
        "A screen recording that stands still and moves at 60 pictures per second for three seconds",
        encoded(
          "mp4",
          `${lavfi(bursts)} ${sounds(12)} -fps_mode vfr -enc_time_base 1/600 -video_track_timescale 600 ${h264Aac}`,
        ),
        {
          seconds: 12,
          pictureSeconds: 11,
          beeps: [1, 3, 5, 7, 9, 11],
          aspect: [16, 9],
          audio: true,
          distinct: { from: 4.1, to: 6.9, least: 150 },
        },
      ),
      quick: true,
    },
    made(
      "rare-burst.mp4",
      "A film of 25 pictures per second, one second of which has 60",
      encoded("mp4", `${lavfi(rareMotion.film)} ${exactStamps} ${h264Aac}`),
      { seconds: 32.6, aspect: [16, 9], fps: [24, 26], audio: false },
    ),
    {
      ...made(
        "rare-motion.mp4",
        "Slides of a second each, behind a few pictures that move fast",
        encoded("mp4", `${lavfi(rareMotion.slides)} ${exactStamps} ${h264Aac}`),
        { seconds: 90, aspect: [16, 9], fps: [1, 1.1], audio: false },
      ),
      quick: true,
    },
    made(
      "dropped-frames.mkv",
      "Every third picture is missing",
      encoded(
        "mkv",
        `${lavfi(`${flashing("320x180", 30, 4)},select='mod(n,3)'`)} ${sounds(4)} -fps_mode vfr ${h264Aac}`,
      ),
      { ...filmOf(4), fps: [20, 30] },
    ),
    {
      ...made(
        "still-long-audio.mp4",
        "One picture and twenty seconds of sound",
        encoded(
          "mp4",
          `${lavfi("color=c=0x808080:s=320x180:r=25:d=0.04")} ${sounds(20)} ${h264Aac}`,
        ),
        {
          seconds: 20,
          beeps: Array.from({ length: 10 }, (_, index) => 2 * index + 1),
          aspect: [16, 9],
          audio: true,
          still: true,
        },
      ),
      quick: true,
    },
    made(
      "short-audio.mp4",
      "Sound that ends two seconds before the picture",
      encoded("mp4", `${pictures(6)} ${sounds(4)} ${h264Aac}`),
      { ...filmOf(6), flashes: [1, 3, 5], beeps: [1, 3], slack: 2.1 },
    ),
    made(
      "one-frame.mp4",
      "A film of one picture",
      encoded("mp4", `${lavfi("testsrc2=s=320x180:r=25:d=0.04")} ${x264}`),
      { seconds: 0.04, audio: false, still: true, aspect: [16, 9] },
    ),
    made(
      "two-frames.mkv",
      "A film of two pictures",
      encoded("mkv", `${lavfi("testsrc2=s=320x180:r=25:d=0.08")} ${x264}`),
      { seconds: 0.08, audio: false, still: true, aspect: [16, 9] },
    ),
  ],
};

function lateSound(): Accepted {
  const { seconds, aspect, fps, audio } = filmOf(6);
  return { seconds, aspect, fps, audio, flashes: [1, 3, 5], beeps: [3, 5] };
}
