import { describe, expect, it } from "vitest";
import type { OverlayLook } from "@framewright/contracts/overlay.ts";
import { overlayPositions } from "@framewright/contracts/overlay.ts";
import { encoders } from "../../media/encoders/index.ts";
import { overlayBox, overlayPictureFilters, overlayRoom } from "../../media/overlay.ts";
import { planEncode } from "../../media/plan.ts";
import { planArgs } from "./plan-args.ts";

const film = { width: 1920, height: 1080 };
const size = { width: 288, height: 144 };
const placed = (look: OverlayLook) => ({ path: "/work/jobs/x/overlay/picture.png", size, look });

describe("the picture of an overlay", () => {
  it("is scaled into its share of the width, and into the height that there is", () => {
    expect(overlayRoom(film, {})).toEqual({ width: 288, height: 1014 });
    expect(overlayRoom(film, { width: 1, margin: 0 })).toEqual(film);
    expect(overlayRoom({ width: 20, height: 20 }, { width: 0.01, margin: 0.4 })).toEqual({
      ...{ width: 2, height: 4 },
    });
  });

  it("is made one of ours by exactly these filters", () => {
    expect(overlayPictureFilters(film, { opacity: 0.5 })).toBe(
      "format=rgba,scale=288:1014:flags=bicubic:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1,colorchannelmixer=aa=0.5",
    );
    expect(overlayPictureFilters(film, {})).not.toContain("colorchannelmixer");
  });

  it.each([
    ["top-left", 32, 32],
    ["top", 816, 32],
    ["top-right", 1598, 32],
    ["left", 32, 468],
    ["center", 816, 468],
    ["right", 1598, 468],
    ["bottom-left", 32, 902],
    ["bottom", 816, 902],
    ["bottom-right", 1598, 902],
  ] as const)("stands at %s", (position, left, top) => {
    expect(overlayBox(film, { size, look: { position } })).toEqual({ ...size, left, top });
  });

  it("lies inside of the film, on even pixels, wherever it is", () => {
    for (const position of overlayPositions) {
      for (const margin of [0, 0.03, 0.4]) {
        const odd = { width: 853, height: 481 };
        const room = overlayRoom(odd, { margin, width: 1 });
        const box = overlayBox(odd, { size: room, look: { position, margin } });
        expect([box.left % 2, box.top % 2]).toEqual([0, 0]);
        expect(box.left + box.width).toBeLessThanOrEqual(odd.width);
        expect(box.top + box.height).toBeLessThanOrEqual(odd.height);
      }
    }
  });
});

describe("the command with an overlay", () => {
  const commandOf = (look: OverlayLook, encoder = encoders.cpu) =>
    planEncode(planArgs({ overlay: placed(look), encoder })).argv.join(" ");

  it("reads our picture as a second input, and draws it once for all renditions", () => {
    const command = commandOf({});
    expect(command).toContain(
      "-i file:/work/jobs/x/source -protocol_whitelist file,pipe -format_whitelist png_pipe -f png_pipe " +
        "-i file:/work/jobs/x/overlay/picture.png -filter_complex_threads 2",
    );
    expect(command).toContain(
      "sidedata=mode=delete:type=CONTENT_LIGHT_LEVEL,format=yuv420p[film];" +
        "[1:v]scale=out_color_matrix=bt709:out_range=tv,format=yuva420p,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709[logo];" +
        "[film][logo]overlay=x=1598:y=902:format=yuv420:eof_action=repeat[over];" +
        "[over]format=yuv420p,split=4[s0][s1][s2][s3];[s0]scale=1920:1080",
    );
  });

  it("draws it before the device gets the pictures", () => {
    expect(commandOf({}, encoders.vaapi)).toContain("[over]format=nv12,hwupload,split=4");
  });

  it.each<[string, OverlayLook, string]>([
    ["from a time on", { from: 2.5 }, "eof_action=repeat:enable='gte(t,2.5)'[over]"],
    ["for some time", { from: 2.5, to: 4 }, "eof_action=repeat:enable='between(t,2.5,4)'[over]"],
    ["at the start", { to: 4 }, "eof_action=repeat:enable='between(t,0,4)'[over]"],
  ])("shows it %s", (_what, look, wanted) => {
    expect(commandOf(look)).toContain(wanted);
  });
});
