import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findDemuxer } from "../../../worker/src/media/find-demuxer.ts";
import { createMediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { inputGuards, inputUrl } from "../../../media/input.ts";
import { allowedDemuxers } from "../../../worker/src/media/sniff.ts";
import { ffmpegPath, ffprobePath } from "../../support/clips.ts";

const exec = promisify(execFile);
const programs = {
  ffmpeg: ffmpegPath,
  ffprobe: ffprobePath,
  wrapper: () => [],
  memoryBytes: 1e9,
  dataBytes: undefined,
  env: {},
};
const tools = createMediaTools(programs);
const { signal } = new AbortController();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "framewright-demuxers-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const picture = "-f lavfi -i testsrc2=s=352x288:r=25:d=1";
const pal = "-f lavfi -i testsrc2=s=720x576:r=25:d=1";
const tone = "-f lavfi -i sine=d=1:r=48000";
const h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

/** Without an ending to its name, as the worker keeps a source. */
function source(): string {
  return join(folder, "source");
}

const made = new Map<string, Buffer>();

async function make(args: string): Promise<Buffer> {
  const before = made.get(args);
  if (before) return before;
  const path = join(folder, "made");
  await exec(ffmpegPath, [..."-nostdin -v error -y".split(" "), ...args.split(" "), path]);
  const bytes = readFileSync(path);
  made.set(args, bytes);
  return bytes;
}

function find(content: string | Buffer): Promise<string> {
  writeFileSync(source(), content);
  return findDemuxer(tools, source(), signal);
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function from(start: number): (bytes: Buffer) => Buffer {
  return (bytes) => bytes.subarray(start);
}

function behind(length: number): (bytes: Buffer) => Buffer {
  return (bytes) => Buffer.concat([randomBytes(length), bytes]);
}

/** Sixteen bytes of parity behind each packet, as some receivers keep them. */
function withParity(bytes: Buffer): Buffer {
  const packets = Array.from({ length: bytes.length / 188 }, (_, index) => [
    bytes.subarray(index * 188, (index + 1) * 188),
    Buffer.alloc(16),
  ]);
  return Buffer.concat(packets.flat());
}

/** A tag of three megabytes, as of a large cover. */
function withCover(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from("49443304000001400000", "hex"), Buffer.alloc(1 << 22), bytes]);
}

type Change = (bytes: Buffer) => Buffer;

const rows: readonly (readonly [string, string, string, Change?])[] = [
  [
    "a transport stream from the middle of a packet",
    "mpegts",
    `${picture} ${h264} -f mpegts`,
    from(100),
  ],
  [
    "a transport stream behind 60 000 other bytes",
    "mpegts",
    `${picture} ${h264} -f mpegts`,
    behind(60_000),
  ],
  ["packets with parity", "mpegts", `${picture} ${h264} -f mpegts`, withParity],
  [
    "packets with a time code",
    "mpegts",
    `${picture} ${h264} -mpegts_m2ts_mode 1 -f mpegts`,
    from(50),
  ],
  ["a program stream", "mpeg", `${picture} ${tone} -c:v mpeg2video -f mpeg`],
  [
    "a program stream from the middle of a pack",
    "mpeg",
    `${picture} ${tone} -c:v mpeg2video -f mpeg`,
    from(1234),
  ],
  ["raw DV of PAL", "dv", `${pal} ${tone} -target pal-dv`],
  ["raw DV of NTSC", "dv", `${pal} ${tone} -target ntsc-dv`],
  ["raw DV from the middle of a frame", "dv", `${pal} ${tone} -target pal-dv`, from(777)],
  ["GXF", "gxf", `${pal} ${tone} -c:v mpeg2video -c:a pcm_s16le -f gxf`],
  ["MXF", "mxf", `${pal} -c:v mpeg2video -f mxf`],
  ["NUT", "nut", `${picture} ${h264} -f nut`],
  ["RealMedia", "rm", `${picture} -c:v rv10 -f rm`],
  ["WTV", "wtv", `${picture} -c:v mpeg2video -f wtv`],
  ["IVF", "ivf", `${picture} -c:v libvpx -f ivf`],
  ["YUV4MPEG", "yuv4mpegpipe", `${picture} -pix_fmt yuv420p -f yuv4mpegpipe`],
  ["a raw H.264 stream", "h264", `${picture} ${h264} -f h264`],
  ["a raw HEVC stream", "hevc", `${picture} -c:v libx265 -x265-params log-level=error -f hevc`],
  ["a raw MPEG-1 stream", "mpegvideo", `${picture} -c:v mpeg1video -f mpeg1video`],
  ["a raw MPEG-2 stream", "mpegvideo", `${picture} -c:v mpeg2video -f mpeg2video`],
  ["a raw MPEG-4 stream", "m4v", `${picture} -c:v mpeg4 -f m4v`],
  ["a raw H.263 stream", "h263", `${picture} -c:v h263 -f h263`],
  ["motion JPEG", "mjpeg", `${picture} -c:v mjpeg -pix_fmt yuvj420p -f mjpeg`],
  ["an animated GIF", "gif", `${picture} -f gif`],
  ["an animated PNG", "apng", `${picture} -f apng`],
  ["MP3 without a tag", "mp3", `${tone} -id3v2_version 0 -write_xing 0 -f mp3`],
  ["MP3 from the middle of a frame", "mp3", `${tone} -id3v2_version 0 -f mp3`, from(77)],
  ["MP3 behind a large tag", "mp3", `${tone} -id3v2_version 0 -f mp3`, withCover],
  ["ADTS AAC", "aac", `${tone} -f adts`],
  ["AAC in LATM", "loas", `${tone} -f latm`],
  ["AC-3", "ac3", `${tone} -f ac3`],
  ["E-AC-3", "eac3", `${tone} -f eac3`],
  ["DTS", "dts", `${tone} -strict -2 -f dts`],
  ["TrueHD", "truehd", `${tone} -strict -2 -f truehd`],
  ["WAV", "wav", `${tone} -f wav`],
  ["RF64", "wav", `${tone} -rf64 always -f wav`],
  ["W64", "w64", `${tone} -f w64`],
  ["AIFF", "aiff", `${tone} -f aiff`],
  ["CAF", "caf", `${tone} -f caf`],
  ["AU", "au", `${tone} -f au`],
  ["VOC", "voc", `${tone} -f voc`],
  ["WavPack", "wv", `${tone} -f wv`],
  ["True Audio", "tta", `${tone} -f tta`],
];

describe("what people upload is recognised and opens with the named demuxer alone", () => {
  it.each<[string, string, string, Change]>(
    rows.map(([title, demuxer, args, change = same]) => [title, demuxer, args, change]),
  )("%s", async (_title, demuxer, args, change) => {
    expect(await find(change(await make(args)))).toBe(demuxer);
    const { stdout } = await exec(ffprobePath, [
      ...["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets"],
      ...["-of", "csv=p=0", ...inputGuards(demuxer), "-i", inputUrl(source())],
    ]);
    expect(Number.parseInt(stdout)).toBeGreaterThan(0);
  });
});

describe("a single picture is refused as one", () => {
  it.each([
    ["a JPEG picture", "-c:v mjpeg -pix_fmt yuvj420p -f image2pipe"],
    ["a PNG picture", "-c:v png -f image2pipe"],
    ["a WebP picture", "-f webp"],
    ["a GIF picture", "-f gif"],
    ["a BMP picture", "-c:v bmp -f image2pipe"],
    ["a TIFF picture or a camera's raw picture", "-c:v tiff -f image2pipe"],
  ])("%s", async (what, args) => {
    const refusal = find(await make(`${picture} -frames:v 1 ${args}`));
    await expect(refusal).rejects.toMatchObject({ code: "container-unsupported" });
    await expect(refusal).rejects.toThrow(`It looks like ${what}; a single picture`);
  });
});

describe("what opens other files and addresses is never opened", () => {
  let canary: Server;
  let hits = 0;
  let address: string;

  beforeAll(async () => {
    canary = createServer((_request, response) => {
      hits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => {
      canary.listen(0, "127.0.0.1", resolve);
    });
    const { port } = canary.address() as AddressInfo;
    address = `http://127.0.0.1:${port}/canary`;
  });

  afterAll(() => {
    canary.close();
  });

  /** Each is what its demuxer reads, and each again with bytes in front that hide that it is text. */
  const scripts: readonly (readonly [string, (url: string) => string])[] = [
    ["HLS", (url) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${url}\n#EXT-X-ENDLIST\n`],
    ["concat", (url) => `ffconcat version 1.0\nfile '${url}'\n`],
    ["DASH", (url) => `<?xml version="1.0"?><MPD><BaseURL>${url}</BaseURL></MPD>`],
    ["SDP", () => "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n"],
    ["IMF", (url) => `<CompositionPlaylist xmlns="http://www.smpte-ra.org/">${url}`],
    ["subtitles", () => "1\n00:00:00,000 --> 00:00:01,000\nHello\n"],
    ["teletype", () => "\x1b[31mred\x1b[0m\n"],
    ["metadata", () => ";FFMETADATA1\ntitle=a\n"],
    ["VobSub", () => "# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n"],
    [
      "SVG",
      (url) => `<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image href="${url}"/></svg>`,
    ],
  ];

  it.each(scripts)("%s", async (_title, script) => {
    const refusal = { code: "container-unsupported", kind: "input" };
    await expect(find(script(address))).rejects.toMatchObject(refusal);
    const hidden = `${script(address)}\0\x01\x02`;
    await expect(find(hidden)).rejects.toMatchObject(refusal);
    expect(hits).toBe(0);
  });

  it("because ffprobe refuses it before it is read, with the list and nothing else", async () => {
    const list = [...allowedDemuxers].join(",");
    for (const [title, script] of scripts) {
      writeFileSync(source(), script(address));
      const args = ["-v", "error", "-format_whitelist", list, "-i", `file:${source()}`];
      await expect(exec(ffprobePath, args), title).rejects.toThrow(/whitelist|Invalid data/);
    }
    expect(hits).toBe(0);
  });

  it("nor do random bytes pass for a medium", async () => {
    for (let round = 0; round < 10; round += 1) {
      const refusal = find(randomBytes(300_000));
      await expect(refusal).rejects.toMatchObject({ code: "container-unsupported" });
    }
  });
});
