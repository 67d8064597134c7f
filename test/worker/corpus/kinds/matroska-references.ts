import { base } from "../bases.ts";
import { ascii, hex } from "../bytes/fields.ts";
import {
  attachment,
  element,
  ivfFrames,
  matroska,
  number,
  parent,
  textTrack,
  videoTrack,
  words,
  type Parts,
} from "../bytes/matroska.ts";
import type { Canary, MakeBytes } from "../hostile.ts";

function withSegment(parts: (canary: Canary) => Partial<Parts>): MakeBytes {
  return async (canary) => matroska({ frames: ivfFrames(await base("ivf")), ...parts(canary) });
}

const usualInfo = [number("2ad7b1", 1_000_000), words("4d80", "x"), words("5741", "x")];
const ass = (font: string): string =>
  `[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,${font},20\n\n[Fonts]\nfontname: ${font}\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n`;

/** Matroska that names other files in all the ways that it has. */
export const matroskaReferences: Record<string, MakeBytes> = {
  "Matroska that goes on in another file": withSegment(({ path }) => ({
    info: [...usualInfo, element("3eb923", Buffer.alloc(16, 2)), words("3e83bb", path)],
  })),
  "Matroska that begins in another file": withSegment(({ url }) => ({
    info: [...usualInfo, element("3cb923", Buffer.alloc(16, 2)), words("3c83ab", url)],
  })),
  "Matroska with chapters of another file": withSegment(() => ({
    more: [
      parent(
        "1043a770",
        parent(
          "45b9",
          parent("b6", number("73c4", 1), number("91", 0), element("6e67", Buffer.alloc(16, 2))),
        ),
      ),
    ],
  })),
  "Matroska with a command in a chapter": withSegment(({ path }) => ({
    more: [
      parent(
        "1043a770",
        parent(
          "45b9",
          parent(
            "b6",
            number("91", 0),
            parent(
              "6944",
              number("6955", 1),
              parent("6911", number("6922", 0), words("6933", `open ${path}`)),
            ),
          ),
        ),
      ),
    ],
  })),
  "Matroska with a playlist as an attachment": withSegment(({ url }) => ({
    more: [
      parent(
        "1941a469",
        attachment("list.m3u8", "application/x-mpegurl", ascii(`#EXTM3U\n${url}\n`), 1),
      ),
    ],
  })),
  "Matroska with an attachment whose name is a path": withSegment(({ path }) => ({
    more: [parent("1941a469", attachment(`../../../..${path}`, "font/ttf", ascii("x"), 1))],
  })),
  "Matroska with SVG as a cover": withSegment(({ path }) => ({
    more: [
      parent(
        "1941a469",
        attachment(
          "cover.svg",
          "image/svg+xml",
          ascii(`<svg xmlns:xlink="x"><image xlink:href="${path}"/></svg>`),
          1,
        ),
      ),
    ],
  })),
  "Matroska with subtitles whose font is a path": withSegment(({ path }) => ({
    tracks: [videoTrack(1), textTrack(2, "S_TEXT/ASS", ass(path))],
    cluster: [
      parent(
        "a0",
        element(
          "a1",
          Buffer.concat([hex("8200000000"), ascii(`0,0,Default,,0,0,0,,{\\fn${path}}x`)]).subarray(
            0,
          ),
        ),
        number("9b", 900),
      ),
    ],
  })),
  "Matroska with a playlist as a subtitle": withSegment(({ url }) => ({
    tracks: [videoTrack(1), textTrack(2, "S_TEXT/UTF8", "")],
    cluster: [
      parent(
        "a0",
        element("a1", Buffer.concat([hex("82000000"), ascii(`#EXTM3U\n#EXTINF:1,\n${url}\n`)])),
        number("9b", 900),
      ),
    ],
  })),
  "Matroska with a key elsewhere": withSegment(({ url }) => ({
    tracks: [
      videoTrack(
        1,
        parent(
          "6d80",
          parent("6240", number("5033", 1), parent("5035", number("47e1", 5), words("47e2", url))),
        ),
      ),
    ],
  })),
  "Matroska with an address as a tag": withSegment(({ url }) => ({
    more: [
      parent("1254c367", parent("7373", parent("67c8", words("45a3", "URL"), words("4487", url)))),
    ],
  })),
};
