import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { probeSource } from "../../../worker/src/media/probe.ts";
import type { Source } from "../../../media/source.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { answer, describeFile, packetsOf, type FakeFile } from "./fake-file.ts";

const limits = { maxSeconds: 3600, maxPixels: 7680 * 4352, maxStreams: 12 };

/** The first bytes of the containers. */
export const heads = {
  mov: Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isomisom", "latin1"),
  mpegts: Buffer.concat(
    Array.from({ length: 40 }, () =>
      Buffer.from([0x47, 0, 0, 0x10, ...Array<number>(184).fill(0)]),
    ),
  ),
} as const;

export const video = {
  ...{ index: 0, codec_type: "video", codec_name: "h264", width: 1280, height: 720 },
  ...{ avg_frame_rate: "25/1", r_frame_rate: "25/1", pix_fmt: "yuv420p" },
};
export const audio = {
  ...{ index: 1, codec_type: "audio", codec_name: "aac" },
  ...{ channels: 2, channel_layout: "stereo", sample_rate: "48000" },
};

export const pictures = packetsOf({ index: 0, step: 0.04, seconds: 10 });

export function soundPackets(index: number, seconds = 10): string[] {
  return packetsOf({ index, step: 0.02, seconds });
}

export const enough = Array.from({ length: 200 }, () => 960);

/** Ten seconds of picture and sound, but for the changes. */
export function aFile(changes: Partial<FakeFile> = {}): FakeFile {
  return {
    streams: [video, audio],
    packets: [...pictures, ...soundPackets(1)],
    samples: { 1: enough, 2: enough, 3: enough },
    ...changes,
  };
}

interface Probing {
  readonly container?: keyof typeof heads;
  readonly run?: MediaTools["run"];
}

/** Probes the file with tools that describe it. */
export function probe(file: FakeFile, { container = "mov", run }: Probing = {}): Promise<Source> {
  const path = join(temporaryFolder("framewright-probe-"), "source");
  writeFileSync(path, heads[container]);
  const tools: MediaTools = {
    encode: () => Promise.reject(new Error("nothing is encoded")),
    run:
      run ??
      ((tool, args, options) => Promise.resolve(answer(describeFile(file, tool, args), options))),
  };
  return probeSource({ tools, path, limits, signal: new AbortController().signal });
}
