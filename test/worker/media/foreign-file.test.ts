import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  describeForeignFile,
  describeText,
  describeUnknown,
} from "../../../worker/src/media/foreign-file.ts";

function padded(text: string, at: number): string {
  return `${"\x01".repeat(at)}${text}`;
}

function describeFile(head: Buffer): string | undefined {
  return describeForeignFile(head) ?? describeText(head) ?? describeUnknown(head);
}

describe("a file that is no media is named", () => {
  it.each([
    ["a PDF document", "%PDF-1.7\n\0\xe2"],
    ["a ZIP archive or an Office document", "PK\x03\x04\x14\0"],
    ["a RAR archive", "Rar!\x1a\x07\x01\0"],
    ["a 7-Zip archive", "7z\xbc\xaf\x27\x1c\0"],
    ["a compressed archive", "\x1f\x8b\x08\0"],
    ["an animated WebP picture, which cannot be decoded", "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02"],
    ["a tar archive", padded("ustar\0", 257)],
    ["the image of a disc (ISO)", padded("CD001\x01", 32_769)],
    ["a program", "\x7fELF\x02"],
    ["a property list, such as a placeholder of iCloud", "bplist00\xd1"],
    ["the menu of a DVD (IFO), not its video (VOB)", "DVDVIDEO-VTS\0"],
    ["zeros, as a failed copy leaves them", "\0".repeat(500)],
    ["an HLS or M3U playlist, not the video that it names", "#EXTM3U\n#EXTINF:1,\na.ts\n"],
    ["a concat script, not the videos that it names", "ffconcat version 1.0\nfile 'a'\n"],
    ["a DASH manifest, not the video that it names", '<?xml version="1.0"?>\n<MPD xmlns="">'],
    ["an HTML page, as a failed download leaves", "\n<!DOCTYPE html><html><body>404"],
    ["an SVG drawing", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["an XML document", '<?xml version="1.0"?><x:xmpmeta/>'],
    ["an SDP description, not the stream that it names", "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n"],
    ["subtitles", "1\n00:00:01,000 --> 00:00:02,000\nHello\n"],
    ["subtitles", "\xef\xbb\xbfWEBVTT\n\n"],
    ["a Git LFS pointer, not the file that it names", "version https://git-lfs.github.com/spec/v1"],
    ["a JSON document", '{ "error": "not found" }'],
    ["plain text", "hello, world"],
    ["plain text", "\xff\xfeh\0e\0l\0l\0o\0"],
    ["plain text", "na\xefve text in Latin-1"],
  ])("%s", (what, text) => {
    expect(describeFile(Buffer.from(text, "latin1"))).toBe(what);
  });

  it("and random bytes are not", () => {
    for (let round = 0; round < 50; round += 1) {
      expect(describeFile(randomBytes(65_536))).toBeUndefined();
    }
  });
});
