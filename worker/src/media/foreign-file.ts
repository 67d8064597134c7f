import { isAnimatedWebp } from "./still-picture.ts";

interface Kind {
  readonly what: string;
  readonly starts: readonly string[];
}

/** Files that people upload in place of a video, by their first bytes. */
const binaryKinds: readonly Kind[] = [
  { what: "a PDF document", starts: ["%PDF-"] },
  { what: "a ZIP archive or an Office document", starts: ["PK\x03\x04", "PK\x05\x06"] },
  { what: "a RAR archive", starts: ["Rar!\x1a\x07"] },
  { what: "a 7-Zip archive", starts: ["7z\xbc\xaf\x27\x1c"] },
  {
    what: "a compressed archive",
    starts: ["\x1f\x8b\x08", "BZh9", "\xfd7zXZ\0", "\x28\xb5\x2f\xfd"],
  },
  { what: "an old Office document", starts: ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"] },
  { what: "a program", starts: ["MZ\x90\0", "\x7fELF", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"] },
  {
    what: "a hidden file that macOS keeps beside the recording (its name begins with “._”)",
    starts: ["\0\x05\x16\x07"],
  },
  { what: "a property list, such as a placeholder of iCloud", starts: ["bplist00"] },
  { what: "the menu of a DVD (IFO), not its video (VOB)", starts: ["DVDVIDEO-"] },
  { what: "an index of a Blu-ray disc, not its video (M2TS)", starts: ["MPLS0", "INDX0", "HDMV0"] },
  { what: "a MIDI file", starts: ["MThd"] },
  { what: "a Flash program (SWF)", starts: ["FWS", "CWS", "ZWS"] },
  { what: "a torrent, not the file that it names", starts: ["d8:announce", "d10:created"] },
  { what: "a database", starts: ["SQLite format 3\0"] },
  { what: "a font", starts: ["wOFF", "wOF2", "OTTO\0"] },
];

interface TextKind {
  readonly what: string;
  readonly pattern: RegExp;
}

const textKinds: readonly TextKind[] = [
  { what: "an HLS or M3U playlist, not the video that it names", pattern: /^#EXTM3U/ },
  { what: "a playlist (PLS), not the video that it names", pattern: /^\[playlist\]/i },
  { what: "a concat script, not the videos that it names", pattern: /^ffconcat/ },
  { what: "a DASH manifest, not the video that it names", pattern: /^<(\?xml[^>]*>\s*<)?MPD\b/ },
  {
    what: "an HTML page, as a failed download leaves",
    pattern: /^<(!doctype html|html|head|body)/i,
  },
  { what: "an SVG drawing", pattern: /^<(\?xml[^>]*>\s*<)?svg\b/ },
  { what: "an XML document", pattern: /^<\?xml/ },
  { what: "an SDP description, not the stream that it names", pattern: /^v=0\r?\no=/ },
  { what: "subtitles", pattern: /^(WEBVTT|\[Script Info\]|\d+\r?\n\d+:\d\d:\d\d,\d{3} --> )/ },
  { what: "a Git LFS pointer, not the file that it names", pattern: /^version https:\/\/git-lfs/ },
  { what: "an Internet shortcut", pattern: /^\[InternetShortcut\]/i },
  { what: "a JSON document", pattern: /^[[{]\s*["{[\]}\d]/ },
];

/** No control characters but white space and escape; any medium has others within its first bytes. */
function isText(head: Buffer): boolean {
  return head.every((byte) => byte > 0x1f || (byte > 8 && byte < 0x0e) || byte === 0x1b);
}

/** Names the kind of text, where the file is text. */
export function describeText(head: Buffer): string | undefined {
  if (!isText(head)) return undefined;
  const text = head
    .toString("utf8", 0, 1024)
    .replace(/^\ufeff/, "")
    .trimStart();
  return textKinds.find(({ pattern }) => pattern.test(text))?.what ?? "plain text";
}

/** Names a file of another kind by its first bytes; it may hold media, but is none. */
export function describeForeignFile(head: Buffer): string | undefined {
  const start = head.toString("latin1", 0, 32);
  const kind = binaryKinds.find(({ starts }) => starts.some((one) => start.startsWith(one)));
  if (kind) return kind.what;
  if (isAnimatedWebp(head)) return "an animated WebP picture, which cannot be decoded";
  if (head.toString("latin1", 257, 262) === "ustar") return "a tar archive";
  if (head.toString("latin1", 32_769, 32_774) === "CD001") return "the image of a disc (ISO)";
  return undefined;
}

/** Names what a file is in which nothing was recognised: such bytes can stand before media, too. */
export function describeUnknown(head: Buffer): string | undefined {
  const start = head.toString("latin1", 0, 2);
  if (start === "\xff\xfe" || start === "\xfe\xff") return "plain text";
  return head.every((byte) => byte === 0) ? "zeros, as a failed copy leaves them" : undefined;
}
