import { content, encoded, muxed, type Make } from "../make.ts";
import type { Accepted, Case, Theme } from "../case.ts";
import { film, lavfi, pictures, sounds, x264, flashing } from "../media.ts";
import { amrBeeps } from "../bytes/amr.ts";
import { row as encodedRow } from "./shared.ts";

const stereo = { channels: 2 };

function row(name: string, property: string, args: string, expect: Partial<Accepted> = {}): Case {
  const codecs = args.startsWith("-c") ? `${pictures(4)} ${sounds(4, stereo)} ${args}` : args;
  return encodedRow(name, property, codecs, expect);
}

/** H.263 and AMR, as old phones write them. */
const threeGp: Make = muxed(
  [encoded("h263.3gp", `${pictures(4, "176x144")} -c:v h263`), content("amr", amrBeeps(4))],
  "3gp",
  "-c copy",
);

export const containers: Theme = {
  title: "Containers and codecs",
  about:
    "Every codec of the list may come in every container that can hold it, and so may any sound that FFmpeg decodes. A picture codec that is not supported is refused by its name.",
  cases: [
    { ...row("h264-aac.mp4", "MP4 with H.264 and AAC", film()), quick: true },
    row(
      "prores-pcm.mov",
      "QuickTime with ProRes 4:2:2 10 bit and PCM",
      "-c:v prores_ks -c:a pcm_s24le",
    ),
    row(
      "prores-4444.mov",
      "QuickTime with ProRes 4444 and PCM",
      "-c:v prores_ks -profile:v 4444 -pix_fmt yuv444p10le -c:a pcm_s16le",
    ),
    row(
      "dnxhr-pcm.mov",
      "QuickTime with DNxHR and PCM",
      "-c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p -c:a pcm_s16le",
    ),
    row(
      "mjpeg-pcm.mov",
      "QuickTime with Motion JPEG and PCM, as old cameras write",
      "-c:v mjpeg -pix_fmt yuvj420p -c:a pcm_u8",
    ),
    row(
      "hevc-opus.mkv",
      "Matroska with HEVC and Opus",
      "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -c:a libopus",
    ),
    row(
      "hevc-10bit-ac3.mp4",
      "MP4 with HEVC of 10 bits and AC-3",
      "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1 -c:a ac3",
    ),
    row(
      "hevc-alac.mov",
      "QuickTime with HEVC and Apple Lossless",
      "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1 -c:a alac",
    ),
    row("h264-flac.mkv", "Matroska with H.264 and FLAC", `${x264} -c:a flac`),
    row("h264-vorbis.mkv", "Matroska with H.264 and Vorbis", `${x264} -c:a libvorbis`),
    row("h264-dts.mkv", "Matroska with H.264 and DTS", `${x264} -c:a dca -strict -2`),
    row(
      "ffv1-pcm.mkv",
      "Matroska with FFV1 and PCM, as archives keep films",
      "-c:v ffv1 -pix_fmt yuv420p -c:a pcm_s16le",
    ),
    {
      ...row(
        "vp9-opus.webm",
        "WebM with VP9 and Opus",
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus",
      ),
      quick: true,
    },
    row(
      "vp8-vorbis.webm",
      "WebM with VP8 and Vorbis",
      "-c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis",
    ),
    row(
      "av1-opus.webm",
      "WebM with AV1 and Opus",
      "-c:v libsvtav1 -preset 12 -svtav1-params lp=1 -pix_fmt yuv420p -c:a libopus",
    ),
    row(
      "av1-aac.mp4",
      "MP4 with AV1 and AAC",
      "-c:v libsvtav1 -preset 12 -svtav1-params lp=1 -pix_fmt yuv420p10le -c:a aac",
    ),
    row(
      "xvid-mp3.avi",
      "AVI with MPEG-4 (Xvid) and MP3",
      "-c:v mpeg4 -vtag XVID -q:v 4 -bf 2 -c:a libmp3lame",
    ),
    row("divx3-pcm.avi", "AVI with DivX 3 and PCM", "-c:v msmpeg4 -q:v 4 -c:a pcm_s16le"),
    row(
      "mjpeg-adpcm.avi",
      "AVI with Motion JPEG and ADPCM",
      "-c:v mjpeg -pix_fmt yuvj422p -c:a adpcm_ima_wav",
    ),
    row(
      "uncompressed.avi",
      "AVI with uncompressed pictures and PCM",
      "-c:v rawvideo -pix_fmt yuyv422 -c:a pcm_s16le",
    ),
    row("wmv2-wma.wmv", "Windows Media (ASF) with WMV 8 and WMA", "-c:v wmv2 -q:v 4 -c:a wmav2"),
    row(
      "flv1-mp3.flv",
      "Flash Video with Sorenson H.263 and MP3",
      "-c:v flv -q:v 4 -c:a libmp3lame -ar 44100",
    ),
    row(
      "h264-aac.flv",
      "Flash Video with H.264 and AAC, as broadcasting programs record",
      `${x264} -c:a aac`,
    ),
    row(
      "mpeg2-mp2.mpg",
      "MPEG programme stream with MPEG-2 and MP2",
      "-c:v mpeg2video -q:v 4 -c:a mp2",
    ),
    row(
      "mpeg1-mp2.mpg",
      "MPEG programme stream with MPEG-1 and MP2",
      "-c:v mpeg1video -q:v 4 -c:a mp2 -f mpeg",
    ),
    row(
      "dvd.vob",
      "DVD with MPEG-2 and AC-3",
      `${lavfi(`${flashing("720x576", 25, 4)},setsar=64/45`)} ${sounds(4)} -c:v mpeg2video -q:v 6 -c:a ac3 -f dvd`,
    ),
    row(
      "mpeg2-mp2.ts",
      "MPEG transport stream with MPEG-2 and MP2",
      "-c:v mpeg2video -q:v 4 -c:a mp2",
    ),
    row(
      "hevc-aac.ts",
      "MPEG transport stream with HEVC and AAC",
      "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -c:a aac",
    ),
    {
      ...row(
        "latm.ts",
        "MPEG transport stream with AAC in LATM, as television sends it",
        `${film()} -mpegts_flags latm`,
      ),
      quick: true,
    },
    row(
      "h264-ac3.m2ts",
      "Blu-ray's transport stream with H.264 and AC-3",
      `${x264} -c:a ac3 -f mpegts -mpegts_m2ts_mode 1`,
    ),
    row("theora-vorbis.ogv", "Ogg with Theora and Vorbis", "-c:v libtheora -q:v 7 -c:a libvorbis"),
    row(
      "mpeg2-pcm.mxf",
      "MXF with MPEG-2 4:2:2 and PCM",
      "-c:v mpeg2video -pix_fmt yuv422p -q:v 4 -c:a pcm_s16le",
    ),
    {
      name: "h263-amr.3gp",
      property: "3GP with H.263 and AMR, as old phones write",
      make: threeGp,
      expect: { seconds: 4, marks: [1, 3], aspect: [11, 9], audio: true },
    },
    row(
      "tape.dv",
      "Raw DV, as camcorders send it",
      `${lavfi(`${flashing("720x576", 25, 4)},setsar=16/15`)} ${sounds(4, stereo)} -c:v dvvideo -pix_fmt yuv420p -c:a pcm_s16le -f dv`,
      { aspect: [4, 3], fps: [25, 50] },
    ),
    row("animation.gif", "Animated GIF", `${pictures(4, "160x90", 10)} -pix_fmt rgb8`, {
      audio: false,
      fps: [10, 10],
    }),
    row(
      "animation.apng",
      "Animated PNG",
      `${pictures(4, "160x90", 10)} -c:v apng -plays 1 -f apng`,
      { audio: false, fps: [10, 10] },
    ),
    row("frames.mjpeg", "Motion JPEG without a container", `${pictures(4)} -c:v mjpeg -f mjpeg`, {
      audio: false,
    }),
    row("raw.h264", "H.264 without a container", `${pictures(4)} ${x264}`, { audio: false }),
    row(
      "raw.hevc",
      "HEVC without a container",
      `${pictures(4)} -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p`,
      { audio: false },
    ),
    row("film.nut", "NUT with H.264 and AAC", film()),
    row("raw.y4m", "Uncompressed pictures in YUV4MPEG2", `${pictures(4)} -pix_fmt yuv420p`, {
      audio: false,
    }),
    row("rv20.rm", "RealMedia with RealVideo and AC-3", "-c:v rv20 -q:v 4 -c:a ac3 -f rm", {
      slack: 0.1,
    }),
  ],
};
