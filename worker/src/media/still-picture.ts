const png = Buffer.from("89504e470d0a1a0a", "hex");
const jpegStart = Buffer.from("ffd8ff", "hex");

/** Bytes that show whether a JPEG file goes on with a second picture: some frames of 4K. */
export const jpegBytes = 8 * 1024 * 1024;

function startsWith(head: Buffer, start: Buffer | string, at = 0): boolean {
  const wanted = typeof start === "string" ? Buffer.from(start, "latin1") : start;
  return head.subarray(at, at + wanted.length).equals(wanted);
}

export function isJpeg(head: Buffer): boolean {
  return startsWith(head, jpegStart);
}

/** The marker behind the coded data of a scan, where 0xff is followed by 0 or by a restart. */
function scanEnd(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

/** Where the JPEG picture at the start of the bytes ends, if it does. */
function jpegEnd(bytes: Buffer): number | undefined {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    const next = at + 2 + bytes.readUInt16BE(at + 2);
    if (marker === 0xff) at += 1;
    else at = marker === 0xda ? scanEnd(bytes, next) : next;
  }
  return undefined;
}

/** A camera's still carries Exif or is one of several sizes (MPF); frames of a stream do neither. */
function isMotionJpeg(bytes: Buffer): boolean {
  const end = jpegEnd(bytes);
  if (end === undefined || !startsWith(bytes, jpegStart, end)) return false;
  const first = bytes.subarray(0, end);
  return !first.includes("Exif\0\0", 0, "latin1") && !first.includes("MPF\0", 0, "latin1");
}

/** Whether the control chunk of an animation stands before the first picture. */
function isAnimatedPng(head: Buffer): boolean {
  let at = png.length;
  while (at + 12 <= head.length) {
    const type = head.toString("latin1", at + 4, at + 8);
    if (type === "acTL") return head.readUInt32BE(at + 8) > 1;
    if (type === "IDAT") return false;
    at += 12 + head.readUInt32BE(at);
  }
  return false;
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Behind a chain of sub-blocks, each with its length in front, the last one empty. */
function subBlocksEnd(head: Buffer, start: number): number {
  let at = start;
  while (at < head.length && head[at] !== 0) at += 1 + (head[at] ?? 0);
  return at + 1;
}

/** Whether the file is seen to end after one picture; a larger one is taken as an animation. */
function isStillGif(head: Buffer): boolean {
  let at = 13 + colourTableBytes(head[10] ?? 0);
  let pictures = 0;
  while (at < head.length) {
    if (head[at] === 0x21) {
      at = subBlocksEnd(head, at + 2);
    } else if (head[at] === 0x2c) {
      pictures += 1;
      at = subBlocksEnd(head, at + 11 + colourTableBytes(head[at + 9] ?? 0));
    } else {
      return pictures <= 1;
    }
  }
  return false;
}

export function isWebp(head: Buffer): boolean {
  return startsWith(head, "RIFF") && startsWith(head, "WEBP", 8);
}

/** ffmpeg 7.1 does not decode these. */
export function isAnimatedWebp(head: Buffer): boolean {
  return isWebp(head) && startsWith(head, "VP8X", 12) && ((head[20] ?? 0) & 2) !== 0;
}

const heifBrands = new Set(["heic", "heix", "heim", "heis", "mif1", "avif", "crx "]);

interface Picture {
  readonly what: string;
  readonly matches: (head: Buffer) => boolean;
}

const pictures: readonly Picture[] = [
  { what: "a JPEG picture", matches: (head) => isJpeg(head) && !isMotionJpeg(head) },
  { what: "a PNG picture", matches: (head) => startsWith(head, png) && !isAnimatedPng(head) },
  { what: "a GIF picture", matches: (head) => startsWith(head, "GIF8") && isStillGif(head) },
  {
    what: "a WebP picture",
    matches: (head) => isWebp(head) && !isAnimatedWebp(head),
  },
  {
    what: "a HEIC, AVIF or CR3 picture",
    matches: (head) =>
      startsWith(head, "ftyp", 4) && heifBrands.has(head.toString("latin1", 8, 12)),
  },
  {
    what: "a TIFF picture or a camera's raw picture",
    matches: (head) => ["II*\0", "MM\0*", "IIRO", "FUJIFILM"].some((one) => startsWith(head, one)),
  },
  {
    what: "a BMP picture",
    matches: (head) => startsWith(head, "BM") && startsWith(head, "\0\0\0\0", 6),
  },
  { what: "a Photoshop file", matches: (head) => startsWith(head, "8BPS") },
  {
    what: "a JPEG XL or JPEG 2000 picture",
    matches: (head) => ["JXL ", "jP  "].some((one) => startsWith(head, `${one}\r\n\x87\n`, 4)),
  },
];

/** Names the kind of picture that the file is, where it is one picture and not a moving one. */
export function stillPicture(head: Buffer): string | undefined {
  return pictures.find((picture) => picture.matches(head))?.what;
}
