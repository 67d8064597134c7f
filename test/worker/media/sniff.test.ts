import { describe, expect, it } from "vitest";
import { sniffContainer } from "../../../worker/src/media/sniff.ts";

function transportStream(offset: number, stride: number): Buffer {
  const bytes = Buffer.alloc(1024);
  for (let at = offset; at < bytes.length; at += stride) bytes[at] = 0x47;
  return bytes;
}

describe("the container", () => {
  it.each([
    ["mov", Buffer.from("\0\0\0\x20ftypisom", "latin1")],
    ["mov", Buffer.from("\0\0\0\x08moov", "latin1")],
    ["matroska", Buffer.from("1a45dfa3a3428681", "hex")],
    ["mpegts", transportStream(0, 188)],
    ["mpegts", transportStream(4, 192)],
    ["mpeg", Buffer.from("000001ba44", "hex")],
    ["avi", Buffer.from("RIFF\0\0\0\0AVI LIST", "latin1")],
    ["wav", Buffer.from("RIFF\0\0\0\0WAVEfmt ", "latin1")],
    ["flv", Buffer.from("FLV\x01\x05", "latin1")],
    ["ogg", Buffer.from("OggS\0", "latin1")],
    ["asf", Buffer.from("3026b2758e66cf11a6d9", "hex")],
    ["mxf", Buffer.from("060e2b34020501010d0102010102", "hex")],
  ])("is %s by its first bytes", (demuxer, head) => {
    expect(sniffContainer(head)).toBe(demuxer);
  });

  it.each([
    ["an HLS playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"],
    ["a concat script", "ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ["a DASH manifest", '<?xml version="1.0"?><MPD></MPD>'],
    ["an SDP description", "v=0\no=- 0 0 IN IP4 127.0.0.1\n"],
    ["plain text", "hello"],
    ["an SVG picture", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["a PNG picture", "\x89PNG\r\n\x1a\n"],
    ["nothing", ""],
  ])("of %s is refused", (_title, text) => {
    expect(sniffContainer(Buffer.from(text, "latin1"))).toBeUndefined();
  });
});
