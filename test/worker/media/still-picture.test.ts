import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { stillPicture } from "../../../worker/src/media/still-picture.ts";

function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/** A scan with a stuffed 0xff and a restart in its coded data, behind one segment of the given text. */
function jpeg(text = "JFIF\0"): Buffer {
  const length = String.fromCharCode(0, text.length + 2);
  return bytes(`\xff\xd8\xff\xe0${length}${text}\xff\xda\0\x02data\xff\0\xff\xd0data\xff\xd9`);
}

function chunk(type: string, content = ""): string {
  return `\0\0\0${String.fromCharCode(content.length)}${type}${content}crc!`;
}

const pngStart = "\x89PNG\r\n\x1a\n";
const gifStart = "GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
const gifFrame = "\x21\xf9\x04\0\0\0\0\0" + "\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";

describe("a still picture is named", () => {
  it.each([
    ["a JPEG picture", jpeg()],
    ["a JPEG picture", Buffer.concat([jpeg("Exif\0\0"), jpeg()])],
    ["a JPEG picture", Buffer.concat([jpeg("MPF\0"), jpeg()])],
    ["a PNG picture", bytes(pngStart + chunk("IHDR") + chunk("IDAT"))],
    ["a PNG picture", bytes(pngStart + chunk("acTL", "\0\0\0\x01\0\0\0\0") + chunk("IDAT"))],
    ["a GIF picture", bytes(`${gifStart}${gifFrame}\x3b`)],
    ["a WebP picture", bytes("RIFF\0\0\0\0WEBPVP8X")],
    ["a HEIC, AVIF or CR3 picture", bytes("\0\0\0\x18ftypheic")],
    ["a HEIC, AVIF or CR3 picture", bytes("\0\0\0\x18ftypavif")],
    ["a TIFF picture or a camera's raw picture", bytes("II*\0\x08\0\0\0")],
    ["a BMP picture", bytes("BM\x36\0\0\0\0\0\0\0\x36\0")],
    ["a Photoshop file", bytes("8BPS\0\x01")],
    ["a JPEG XL or JPEG 2000 picture", bytes("\0\0\0\x0cJXL \r\n\x87\n")],
  ])("%s", (what, head) => {
    expect(stillPicture(head)).toBe(what);
  });

  it.each([
    ["JPEG pictures in a row", Buffer.concat([jpeg(), jpeg()])],
    ["an animated PNG", bytes(pngStart + chunk("acTL", "\0\0\0\x02\0\0\0\0") + chunk("IDAT"))],
    ["an animated WebP", bytes("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02")],
    ["an animated GIF", bytes(`${gifStart}${gifFrame}${gifFrame}\x3b`)],
    ["a GIF whose first picture goes on beyond what was read", bytes(`${gifStart}\x2c`)],
    ["a moving AVIF", bytes("\0\0\0\x18ftypavis")],
    ["an MP4 file", bytes("\0\0\0\x18ftypisom")],
    ["nothing", Buffer.alloc(0)],
  ])("and %s is none", (_title, head) => {
    expect(stillPicture(head)).toBeUndefined();
  });

  it("whatever follows the first bytes, and the search ends", () => {
    for (const start of ["\xff\xd8\xff", pngStart, "GIF89a", "RIFF\0\0\0\0WEBP"]) {
      for (let round = 0; round < 20; round += 1) {
        const head = Buffer.concat([bytes(start), randomBytes(round * 50)]);
        expect(() => stillPicture(head)).not.toThrow();
      }
      expect(() => stillPicture(Buffer.concat([bytes(start), Buffer.alloc(5000)]))).not.toThrow();
      const full = Buffer.concat([bytes(start), Buffer.alloc(5000, 0xff)]);
      expect(() => stillPicture(full)).not.toThrow();
    }
  });
});
