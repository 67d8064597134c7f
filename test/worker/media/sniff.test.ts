import { describe, expect, it } from "vitest";
import { allowedDemuxers, sniffContainer } from "../../../worker/src/media/sniff.ts";

function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

describe("the container", () => {
  it.each([
    ["mov", bytes("\0\0\0\x20ftypisom")],
    ["mov", bytes("\0\0\0\x08moov")],
    ["matroska", Buffer.from("1a45dfa3a3428681", "hex")],
    ["mpeg", Buffer.from("000001ba44", "hex")],
    ["avi", bytes("RIFF\0\0\0\0AVI LIST")],
    ["wav", bytes("RIFF\0\0\0\0WAVEfmt ")],
    ["wav", bytes("RF64\xff\xff\xff\xffWAVEds64")],
    ["w64", Buffer.from("726966662e91cf11a5d628db04c10000", "hex")],
    ["aiff", bytes("FORM\0\0\0\0AIFCCOMM")],
    ["caf", bytes("caff\0\x01\0\0")],
    ["au", bytes(".snd\0\0\0\x18")],
    ["amr", bytes("#!AMR-WB\n")],
    ["flac", bytes("fLaC\0")],
    ["flv", bytes("FLV\x01\x05")],
    ["ogg", bytes("OggS\0")],
    ["asf", Buffer.from("3026b2758e66cf11a6d9", "hex")],
    ["wtv", Buffer.from("b7d800203749da11a64e0007e95ead8d", "hex")],
    ["rm", bytes(".RMF\0\0\0\x12")],
    ["nut", bytes("nut/multimedia container\0N")],
    ["ivf", bytes("DKIF\0\0\x20\0VP90")],
    ["yuv4mpegpipe", bytes("YUV4MPEG2 W16 H16\n")],
    ["mxf", Buffer.from("060e2b34020501010d0102010102", "hex")],
  ])("is %s by its first bytes", (demuxer, head) => {
    expect(sniffContainer(head)).toBe(demuxer);
    expect(allowedDemuxers.has(demuxer)).toBe(true);
  });

  it("is MXF behind a run-in", () => {
    const header = Buffer.from("060e2b34020501010d0102010102", "hex");
    expect(sniffContainer(Buffer.concat([Buffer.alloc(60_000, 1), header]))).toBe("mxf");
  });

  it.each([
    ["an HLS playlist", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"],
    ["a concat script", "ffconcat version 1.0\nfile '/etc/passwd'\n"],
    ["a DASH manifest", '<?xml version="1.0"?><MPD></MPD>'],
    ["an SDP description", "v=0\no=- 0 0 IN IP4 127.0.0.1\n"],
    ["plain text", "hello"],
    ["an SVG picture", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["a WebP picture", "RIFF\0\0\0\0WEBPVP8 "],
    ["nothing", ""],
  ])("of %s is refused", (_title, text) => {
    expect(sniffContainer(bytes(text))).toBeUndefined();
  });

  it("is never one whose demuxer opens other files, pictures in sequence, devices or text", () => {
    const forbidden =
      "hls dash concat imf image2 image2pipe sdp rtp rtsp sap lavfi tty dvdvideo vobsub ffmetadata " +
      "srt ass webvtt sami jpeg_pipe png_pipe svg_pipe webm_dash_manifest libgme libopenmpt data mlv";
    expect(forbidden.split(" ").filter((name) => allowedDemuxers.has(name))).toEqual([]);
  });
});
