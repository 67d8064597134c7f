import { describe, expect, it } from "vitest";
import { JobFailure } from "../../worker/src/failure.ts";
import { frameFilters, type Picture } from "../../media/picture.ts";
import { readPicture } from "../../worker/src/media/read-picture.ts";
import type { ProbedStream } from "../../media/probe-report.ts";
import type { ShapeChange } from "../../media/shape-changes.ts";
import { aPicture } from "./a-source.ts";

const limits = { maxPixels: 7680 * 4352 };
const hd: ProbedStream = { index: 0, width: 1280, height: 720, sample_aspect_ratio: "1:1" };

function read(
  stream: Partial<ProbedStream>,
  { changes = [], end = 10 }: { changes?: readonly ShapeChange[]; end?: number } = {},
): Picture {
  return readPicture({ stream: { ...hd, ...stream }, changes, end }, limits);
}

/** As ffprobe prints it; `[a, b, c, d]` in units of the fixed-point one. */
function displayMatrix([a, b, c, d]: readonly [number, number, number, number]): object {
  const row = (at: string, values: number[]): string =>
    `${at}: ${values.map((value) => String(Math.round(value * 65536)).padStart(11)).join(" ")}\n`;
  const displaymatrix = `\n${row("00000000", [a, b, 0])}${row("00000001", [c, d, 0])}00000002:           0           0  1073741824\n`;
  return { side_data_type: "Display Matrix", displaymatrix, rotation: 0 };
}

function turned(matrix: readonly [number, number, number, number]): Partial<ProbedStream> {
  return { side_data_list: [displayMatrix(matrix)] };
}

function cropped([crop_left, crop_right, crop_top, crop_bottom]: readonly number[]) {
  const crop = { crop_left, crop_right, crop_top, crop_bottom };
  return { side_data_list: [{ side_data_type: "Frame Cropping", ...crop }] };
}

describe("the picture of a source", () => {
  it("is as it is coded where nothing else is said", () => {
    expect(read({})).toEqual(aPicture(1280, 720));
    expect(read({ sample_aspect_ratio: undefined })).toEqual(aPicture(1280, 720));
  });

  it.each<[string, Partial<ProbedStream>, number, [number, number]]>([
    [
      "of wide PAL",
      { width: 720, height: 576, sample_aspect_ratio: "64:45" },
      64 / 45,
      [1024, 576],
    ],
    [
      "of narrow PAL",
      { width: 720, height: 576, sample_aspect_ratio: "16:15" },
      16 / 15,
      [768, 576],
    ],
    ["of HDV", { width: 1440, height: 1080, sample_aspect_ratio: "4:3" }, 4 / 3, [1920, 1080]],
    ["that is not known", { sample_aspect_ratio: "0:1" }, 1, [1280, 720]],
    ["that is no ratio", { sample_aspect_ratio: "N/A" }, 1, [1280, 720]],
    ["that makes a line of the picture", { sample_aspect_ratio: "1000:1" }, 1, [1280, 720]],
    ["that makes a pole of the picture", { sample_aspect_ratio: "1:1000" }, 1, [1280, 720]],
    ["that is unusual but possible", { sample_aspect_ratio: "3:1" }, 3, [3840, 720]],
  ])("has pixels of a shape %s", (_title, stream, pixelAspect, [width, height]) => {
    const picture = read(stream);
    expect(picture.pixelAspect).toBeCloseTo(pixelAspect, 9);
    expect(picture.displayed).toEqual({ width, height });
  });

  it.each<[string, readonly [number, number, number, number], readonly string[], boolean]>([
    ["upright", [1, 0, 0, 1], [], false],
    ["mirrored from left to right", [-1, 0, 0, 1], ["hflip"], false],
    ["mirrored from top to bottom", [1, 0, 0, -1], ["vflip"], false],
    ["on its head", [-1, 0, 0, -1], ["hflip", "vflip"], false],
    ["turned to the right", [0, 1, -1, 0], ["transpose=clock"], true],
    ["turned to the left", [0, -1, 1, 0], ["transpose=cclock"], true],
    ["mirrored along the diagonal", [0, 1, 1, 0], ["transpose=cclock_flip"], true],
    ["mirrored along the other diagonal", [0, -1, -1, 0], ["transpose=clock_flip"], true],
    ["turned by 5 degrees", [0.996, 0.087, -0.087, 0.996], [], false],
    ["turned by 85 degrees", [0.087, 0.996, -0.996, 0.087], ["transpose=clock"], true],
    ["turned to the right and scaled", [0, 2, -2, 0], ["transpose=clock"], true],
    ["squeezed to nothing", [0, 0, 0, 0], [], false],
  ])("is %s", (_title, matrix, turn, lies) => {
    const picture = read(turned(matrix));
    expect(picture.turn).toEqual(turn);
    expect(picture.displayed).toEqual(
      lies ? { width: 720, height: 1280 } : { width: 1280, height: 720 },
    );
  });

  it("is upright where the matrix cannot be read", () => {
    expect(read({ side_data_list: [{ displaymatrix: "hello" }] }).turn).toEqual([]);
    expect(read({ side_data_list: [{ side_data_type: "Stereo 3D" }] }).turn).toEqual([]);
  });

  it.each<[string, readonly number[], Picture["crop"], [number, number]]>([
    ["at the sides", [160, 160, 0, 0], { left: 160, top: 0, width: 960, height: 720 }, [960, 720]],
    [
      "above and below",
      [0, 0, 90, 88],
      { left: 0, top: 90, width: 1280, height: 542 },
      [1280, 542],
    ],
    ["by odd numbers", [1, 2, 3, 4], { left: 1, top: 3, width: 1277, height: 713 }, [1277, 713]],
    ["by nothing", [0, 0, 0, 0], undefined, [1280, 720]],
    ["to nothing", [640, 640, 0, 0], undefined, [1280, 720]],
    ["to less than 16 pixels", [0, 0, 400, 310], undefined, [1280, 720]],
    ["to more than there is", [-10, -10, 0, 0], undefined, [1280, 720]],
  ])("is cut %s", (_title, sides, crop, [width, height]) => {
    expect(read(cropped(sides))).toMatchObject({ crop, displayed: { width, height } });
  });

  it("is cut before its pixels are made square and it is turned", () => {
    const stream = {
      ...{ width: 1440, height: 1080, sample_aspect_ratio: "4:3" },
      side_data_list: [...cropped([180, 180, 0, 0]).side_data_list, displayMatrix([0, 1, -1, 0])],
    };
    expect(read(stream)).toMatchObject({
      decoded: { width: 1440, height: 1080 },
      crop: { width: 1080, height: 1080 },
      displayed: { width: 1080, height: 1440 },
    });
  });

  it("has the shape that lasts longest where shapes follow on each other", () => {
    const changes = [
      { at: 0, width: 720, height: 576, pixelAspect: 16 / 15 },
      { at: 3, width: 720, height: 576, pixelAspect: 64 / 45 },
    ];
    const picture = read({ width: 720, height: 576, sample_aspect_ratio: "16:15" }, { changes });
    expect(picture.pixelAspect).toBeCloseTo(64 / 45, 9);
    expect(picture.displayed).toEqual({ width: 1024, height: 576 });
    expect(picture.changes).toEqual(changes);
    expect(read({}, { changes: changes.slice(0, 1) }).changes).toEqual([]);
  });

  it.each<[string, number, number, string]>([
    ["of 16 by 16", 16, 16, "accepted"],
    ["of 15 by 16", 15, 16, "picture-too-small"],
    ["of 640 by 8", 640, 8, "picture-too-small"],
    ["without a size", 0, 0, "picture-too-small"],
    ["of 8192 by 4080", 8192, 4080, "accepted"],
    ["of 8192 by 8192", 8192, 8192, "picture-too-large"],
    ["of 16384 by 16", 16384, 16, "accepted"],
    ["of 16400 by 16", 16400, 16, "picture-too-large"],
  ])("%s is %s by %s: %s", (_title, width, height, wanted) => {
    let found = "accepted";
    try {
      read({ width, height });
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error;
      found = error.code;
      expect(error.message).toContain(`It is ${width} by ${height} pixels.`);
    }
    expect(found).toBe(wanted);
  });
});

describe("the frame of all pictures", () => {
  it("is as large as the decoded picture, whatever shape the pixels have", () => {
    const picture = { ...aPicture(720, 576), pixelAspect: 16 / 15 };
    expect(frameFilters(picture)).toEqual([
      "scale=w='if(gt(dar/1.3333333333333333,0.99),720,2*round(720*max(dar/1.3333333333333333,0.02)/2))':h='if(gt(1.3333333333333333/dar,0.99),576,2*round(576*max(1.3333333333333333/dar,0.02)/2))':eval=frame",
      "pad=720:576:(ow-iw)/2:(oh-ih)/2:eval=frame",
      "setsar=10667/10000",
    ]);
  });

  it("takes the shape of each part from its time where shapes change", () => {
    const changes = [
      { at: 0, width: 720, height: 576, pixelAspect: 1 },
      { at: 2, width: 720, height: 576, pixelAspect: 1.5 },
      { at: 5, width: 720, height: 576, pixelAspect: 1 },
    ];
    const [scale] = frameFilters({ ...aPicture(720, 576), changes });
    const aspect = "(iw/ih*if(gte(t,4.999),1,if(gte(t,1.999),1.5,1)))";
    expect(scale).toBe(
      `scale=w='if(gt(${aspect}/1.25,0.99),720,2*round(720*max(${aspect}/1.25,0.02)/2))':h='if(gt(1.25/${aspect},0.99),576,2*round(576*max(1.25/${aspect},0.02)/2))':eval=frame`,
    );
  });
});
