import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxesIn, findBox, needBox } from "../../../worker/src/media/boxes.ts";
import { holdsIdr, parseFragment } from "../../../worker/src/media/fragment.ts";
import { parseInit } from "../../../worker/src/media/init-segment.ts";

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, "latin1"), body]);
}

function initSegment(entry: Buffer, extra: Buffer[] = []): Buffer {
  const stbl = box("stbl", box("stsd", u32(0, 1), entry));
  const mdia = box("mdia", box("mdhd", u32(0, 0, 0, 15360, 0, 0)), box("minf", stbl));
  return Buffer.concat([box("ftyp", u32(0)), box("moov", box("trak", ...extra, mdia))]);
}

function avcEntry(profile: string, inSps = profile): Buffer {
  const visual = Buffer.alloc(78);
  visual.writeUInt16BE(1280, 24);
  visual.writeUInt16BE(720, 26);
  const avcC = Buffer.from(`01${profile}ffe10004` + `67${inSps}` + "01000468", "hex");
  return box("avc1", visual, box("avcC", avcC));
}

function aacEntry(config: string, lengthBytes = 1): Buffer {
  const length = (value: number): string =>
    "80".repeat(lengthBytes - 1) + value.toString(16).padStart(2, "0");
  const info = `05${length(config.length / 2)}${config}`;
  const decoder = `04${length(13 + info.length / 2)}40${"00".repeat(12)}${info}`;
  const stream = `03${length(3 + decoder.length / 2)}000000${decoder}`;
  return box("mp4a", Buffer.alloc(28), box("esds", u32(0), Buffer.from(stream, "hex")));
}

describe("an initialisation segment", () => {
  it.each([
    ["64001f", "avc1.64001f"],
    ["4d4028", "avc1.4d4028"],
    ["42c01e", "avc1.42c01e"],
  ])("with the profile bytes %s has the codec %s", (bytes, codecs) => {
    expect(parseInit(initSegment(avcEntry(bytes)))).toEqual({
      codecs,
      timescale: 15360,
      width: 1280,
      height: 720,
      hasEditList: false,
    });
  });

  it.each([
    ["1190", 1, "mp4a.40.2"],
    ["1190", 4, "mp4a.40.2"],
    ["2b92", 1, "mp4a.40.5"],
    ["f8e0", 4, "mp4a.40.39"],
  ])(
    "with the audio configuration %s (lengths of %d bytes) has the codec %s",
    (config, n, codecs) => {
      expect(parseInit(initSegment(aacEntry(config, n))).codecs).toBe(codecs);
    },
  );

  it("whose avcC contradicts its own parameter set is refused", () => {
    expect(() => parseInit(initSegment(avcEntry("64001f", "4d401f")))).toThrow(
      /avcC states 64001f/,
    );
  });

  it("of another codec is refused", () => {
    expect(() => parseInit(initSegment(box("hvc1", Buffer.alloc(78))))).toThrow(/hvc1/);
  });

  it("tells of an edit list", () => {
    expect(parseInit(initSegment(avcEntry("64001f"), [box("edts")])).hasEditList).toBe(true);
  });
});

interface FakeSample {
  readonly size: number;
  readonly sync: boolean;
  readonly offset: number;
}

/** As the muxer writes them: duration by default, size, flags and signed offset per sample. */
function fragment(start: bigint, duration: number, samples: readonly FakeSample[]): Buffer {
  const tfhd = box("tfhd", u32(0x020008, 1, duration));
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(start);
  const tfdt = box("tfdt", u32(0x01000000), time);
  const entries = samples.map((one) =>
    u32(one.size, one.sync ? 0x02000000 : 0x01010000, one.offset),
  );
  const trun = box("trun", u32(0x01000e01, samples.length, 0), ...entries);
  return box("moof", box("mfhd", u32(0, 1)), box("traf", tfhd, tfdt, trun));
}

describe("a fragment", () => {
  it("is measured by its boxes", () => {
    const head = fragment(92160n, 512, [
      { size: 100, sync: true, offset: 0 },
      { size: 20, sync: false, offset: 512 },
      { size: 10, sync: false, offset: -512 },
      { size: 90, sync: true, offset: 0 },
    ]);
    expect(parseFragment(head)).toEqual({
      decodeStart: 92160,
      duration: 2048,
      samples: 4,
      presentationStart: 92160,
      keyframes: [
        { time: 92160, position: head.length + 8, size: 100 },
        { time: 92160 + 3 * 512, position: head.length + 8 + 130, size: 90 },
      ],
      dataEnd: head.length + 8 + 220,
    });
  });

  it("without its boxes is refused", () => {
    expect(() => parseFragment(box("styp"))).toThrow(/moof/);
    expect(() => parseFragment(box("moof", box("traf")))).toThrow(/tfdt/);
  });
});

describe("an H.264 sample", () => {
  const unit = (type: number, size: number): Buffer =>
    Buffer.concat([u32(size), Buffer.from([0x60 | type]), Buffer.alloc(size - 1)]);

  it.each([
    ["an IDR unit", [5], true],
    ["settings and an IDR unit behind them", [6, 7, 8, 5], true],
    ["a plain intra picture", [6, 1], false],
    ["nothing", [], false],
  ])("with %s", (_title, types, wanted) => {
    expect(holdsIdr(Buffer.concat(types.map((type) => unit(type, 40))))).toBe(wanted);
  });
});

describe("boxes", () => {
  it("are found by their path", () => {
    const data = box("moov", box("trak", box("mdia")), box("trak"));
    expect(findBox(data, ["moov", "trak", "mdia"])).toMatchObject({ type: "mdia" });
    expect(findBox(data, ["moov", "udta"])).toBeUndefined();
    expect(() => needBox(data, ["moov", "udta"])).toThrow("moov/udta");
  });

  it("never make the reader hang or read outside, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const one of boxesIn(Buffer.from(bytes))) {
            expect(one.end).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
