import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { Collector, type CollectorArgs } from "../../../worker/src/job/collector.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { aacEntry, avcEntry, box, initSegment, mediaSegment } from "../media/mp4.ts";

const videoInit = initSegment(avcEntry("64001f"));
const audioInit = initSegment(aacEntry("1190"), [], 48_000);

function picture(index: number): Buffer {
  return mediaSegment({ start: index * 90 * 512, duration: 512, frames: 90, gop: 30 });
}

function startCollector(changes: Partial<CollectorArgs> = {}) {
  const outputDir = temporaryFolder("framewright-collector-");
  for (const folder of ["720p", "audio"]) mkdirSync(join(outputDir, folder));
  const onFile = vi.fn<CollectorArgs["onFile"]>(() => Promise.resolve());
  const onBegun = vi.fn<CollectorArgs["onBegun"]>();
  const onSegment = vi.fn<CollectorArgs["onSegment"]>();
  const folders = ["720p", "audio"];
  const collector = new Collector({ outputDir, folders, onFile, onBegun, onSegment, ...changes });
  const write = (path: string, data: Buffer): void => {
    writeFileSync(join(outputDir, path), data);
  };
  return { collector, outputDir, onFile, onBegun, onSegment, write };
}

describe("the collector", () => {
  it("hands over the initialisation segment and then each closed segment, in order and once", async () => {
    const { collector, onFile, onBegun, onSegment, outputDir, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    for (const index of [1, 0]) write(`720p/0000${index}.m4s`, picture(index));
    await Promise.all([collector.scan(), collector.scan()]);
    write("720p/00002.m4s", picture(2));
    await collector.scan();
    expect(onFile.mock.calls.map(([file]) => file)).toEqual([
      { path: "720p/init.mp4", localPath: join(outputDir, "720p/init_0.mp4") },
      { path: "720p/00000.m4s", localPath: join(outputDir, "720p/00000.m4s") },
      { path: "720p/00001.m4s", localPath: join(outputDir, "720p/00001.m4s") },
      { path: "720p/00002.m4s", localPath: join(outputDir, "720p/00002.m4s") },
    ]);
    expect(onBegun.mock.calls).toEqual([
      [
        {
          name: "720p",
          initPath: join(outputDir, "720p/init_0.mp4"),
          segmentPath: join(outputDir, "720p/00000.m4s"),
        },
      ],
    ]);
    expect(onSegment.mock.calls).toEqual([
      ["720p", 0],
      ["720p", 1],
      ["720p", 2],
    ]);
  });

  it("leaves a segment alone that is still being written, and what comes after a gap", async () => {
    const { collector, onFile, outputDir, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    write("720p/00000.m4s.tmp", picture(0).subarray(0, 100));
    write("720p/00001.m4s", picture(1));
    await collector.scan();
    expect(onFile).not.toHaveBeenCalled();
    write("720p/00000.m4s.tmp", picture(0));
    renameSync(join(outputDir, "720p/00000.m4s.tmp"), join(outputDir, "720p/00000.m4s"));
    await collector.scan();
    expect(onFile).toHaveBeenCalledTimes(3);
  });

  it("measures the tracks that have begun", async () => {
    const { collector, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    write("720p/00000.m4s", picture(0));
    write("audio/init_1.mp4", audioInit);
    await collector.scan();
    expect(collector.tracks()).toMatchObject([
      {
        name: "720p",
        initBytes: videoInit.length,
        init: { codecs: "avc1.64001f", width: 1280, height: 720 },
        segments: [
          { samples: 90, duration: 46_080, keyframesAreIdr: true, bytes: picture(0).length },
        ],
      },
    ]);
    write("audio/00000.m4s", mediaSegment({ start: 0, duration: 1024, frames: 140, gop: 1 }));
    await collector.scan();
    expect(collector.tracks()[1]).toMatchObject({
      name: "audio",
      init: { codecs: "mp4a.40.2", timescale: 48_000 },
      segments: [{ samples: 140, keyframes: [] }],
    });
  });

  it("sees a keyframe that decoding cannot start at", async () => {
    const { collector, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    write(
      "720p/00000.m4s",
      mediaSegment({ start: 0, duration: 512, frames: 60, gop: 30, unitType: 1 }),
    );
    await collector.scan();
    expect(collector.tracks()[0]?.segments).toMatchObject([
      { keyframes: [0, 15_360], keyframesAreIdr: false },
    ]);
  });

  it("says which folder has a segment without an initialisation segment", async () => {
    const { collector, write } = startCollector();
    write("720p/00000.m4s", picture(0));
    await expect(collector.scan()).rejects.toThrow(
      "720p has a segment but no initialisation segment",
    );
  });

  it.each([
    ["is cut off", picture(0).subarray(0, -5), "samples end at byte"],
    ["has no fragment", Buffer.from("0000000c6d64617400000000", "hex"), "no complete moof box"],
    ["is empty", Buffer.alloc(0), "no complete moof box"],
  ])("refuses a segment that %s", async (_title, data, wanted) => {
    const { collector, onSegment, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    write("720p/00000.m4s", data);
    await expect(collector.scan()).rejects.toThrow(wanted);
    expect(onSegment).not.toHaveBeenCalled();
  });

  it("takes a segment that has nothing but its type for a source that cannot be decoded", async () => {
    const { collector, write } = startCollector();
    write("720p/init_0.mp4", videoInit);
    write("720p/00000.m4s", box("styp", Buffer.from("msdh\0\0\0\0msdhmsix", "latin1")));
    await expect(collector.scan()).rejects.toMatchObject({ code: "source-undecodable" });
  });

  it("does not go on to the next segment when one cannot be handed over", async () => {
    const onFile = vi.fn(() => Promise.reject(new Error("no space")));
    const { collector, write } = startCollector({ onFile });
    write("720p/init_0.mp4", videoInit);
    write("720p/00000.m4s", picture(0));
    await expect(collector.scan()).rejects.toThrow("no space");
    await expect(collector.scan()).rejects.toThrow("no space");
    expect(onFile).toHaveBeenCalledOnce();
  });
});
