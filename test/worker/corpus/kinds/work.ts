import { base, variant } from "../bases.ts";
import { hex, overwritten, u16, u32 } from "../bytes/fields.ts";
import { avi, chunk, jpegs, pictureFormat, stream } from "../bytes/riff.ts";
import { hostiles, type Hostile, type MakeBytes } from "../hostile.ts";

const x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

/** Fifteen pictures at the usual rate, and then one every so many seconds: longer gaps would be closed. */
function sparse(seconds: number, extension: string, codec: string): MakeBytes {
  const times = `settb=1/1000,setpts=if(lt(N\\,15)\\,N*40\\,560+(N-14)*${seconds * 1000})`;
  return () =>
    variant(`sparse-${seconds}.${extension}`, `-an -s 640x360 -vf ${times} -fps_mode vfr ${codec}`);
}

/** Six pictures in AVI that stand for so long each, in seconds. */
function slideshow(seconds: number): MakeBytes {
  return async () => {
    const film = { type: "vids", handler: "MJPG", format: pictureFormat(160, 90) };
    const movie = jpegs(await base("mjpeg")).map((frame) => chunk("00dc", frame));
    return avi({ streams: [stream({ ...film, scale: seconds, rate: 1 })], movie });
  };
}

const atRates = Object.fromEntries(
  [120, 240, 1000].map((rate): [string, MakeBytes] => [
    `MP4 of ${rate} pictures a second`,
    () =>
      variant(
        `rate-${rate}.mp4`,
        `-f lavfi -i testsrc2=size=160x90:rate=${rate}:duration=1 -map 2 ${x264}`,
      ),
  ]),
);

/** Little input, much work. */
export const work: readonly Hostile[] = hostiles("work", {
  ...atRates,
  "Matroska with a picture every 280 s": sparse(280, "mkv", x264),
  "Matroska with a picture every 60 s": sparse(60, "mkv", x264),
  "WebM with a picture every 280 s": sparse(280, "webm", "-c:v libvpx -b:v 100k -g 10"),
  "FLV with a picture every 280 s": sparse(280, "flv", x264),
  "NUT with a picture every 280 s": sparse(280, "nut", "-c:v mpeg4"),
  "AVI whose pictures stand for 200 s": slideshow(200),
  "AVI whose pictures stand for two hours": slideshow(7200),
  "AVI whose pictures stand for 68 years": slideshow(0x7fffffff),
  "GIF whose pictures stand for 655 s": async () =>
    overwritten(await base("gif"), hex("21f904"), 1, u16(0xffff)),
  "APNG whose pictures stand for 18 hours": async () =>
    overwritten(await base("apng"), "fcTL", 20, Buffer.concat([u16(65_535), u16(1)])),
  "IVF whose pictures stand for 280 s": async () =>
    overwritten(await base("ivf"), "DKIF", 12, Buffer.concat([u32(1).swap32(), u32(280).swap32()])),
  "FLAC of an hour of silence": () =>
    variant("silence.flac", "-vn -af volume=0,apad=whole_dur=3600 -c:a flac"),
  "Opus of an hour of silence": () =>
    variant(
      "silence.ogg",
      "-vn -af volume=0,apad=whole_dur=3600 -c:a libopus -b:a 6k -application voip",
    ),
  "a picture and an hour of silence": () =>
    variant(
      "picture-and-silence.mkv",
      `-frames:v 1 -af volume=0,apad=whole_dur=3600 ${x264} -c:a flac`,
    ),
  "a picture after an hour of silence": () =>
    variant(
      "picture-after-silence.mkv",
      `-vf settb=1/1000,setpts=if(lt(N\\,10)\\,N*40\\,3600000+N*40) -fps_mode vfr -af volume=0,apad=whole_dur=3602 ${x264} -c:a flac`,
    ),
});
