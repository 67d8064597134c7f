import { describe, expect, it } from "vitest";
import { describeSession } from "../../../egress/src/rtp/describe.ts";
import { takeRequests } from "../../../egress/src/rtp/rtsp-server.ts";
import { units } from "./feed.ts";

describe("what an ffmpeg says", () => {
  const options = "OPTIONS rtsp://127.0.0.1/x RTSP/1.0\r\nCSeq: 1\r\n\r\n";
  const report = Buffer.from([0x24, 1, 0, 4, 0x0d, 0x0a, 0x0d, 0x0a]);

  it("is requests, with reports of RTCP between them", () => {
    const data = Buffer.concat([report, Buffer.from(options), report, Buffer.from("PLAY r")]);
    const { requests, rest } = takeRequests(data);
    expect(requests).toEqual([
      { method: "OPTIONS", url: "rtsp://127.0.0.1/x", headers: { cseq: "1" } },
    ]);
    expect(rest.toString()).toBe("PLAY r");
  });

  it("may come in pieces", () => {
    const data = Buffer.concat([report, Buffer.from(options)]);
    for (let size = 0; size < data.length; size += 1) {
      expect(takeRequests(data.subarray(0, size)).requests).toEqual([]);
    }
  });
});

describe("the description of a session", () => {
  const lines = (text: string) => text.split("\r\n").filter((line) => /^[am]=/.test(line));

  it("has what the decoder of H.264 needs before the first picture", () => {
    expect(lines(describeSession({ codec: "H264", sps: units.sps, pps: units.pps }))).toEqual([
      "m=video 0 RTP/AVP 96",
      "a=rtpmap:96 H264/90000",
      "a=fmtp:96 packetization-mode=1;profile-level-id=42c01e;sprop-parameter-sets=Z0LAHtkAoC/5cBEAAAMAAQAAAwA8DxYuSA==,aMuDyyA=",
      "a=control:video",
      ...["m=audio 0 RTP/AVP 111", "a=rtpmap:111 opus/48000/2", "a=control:audio"],
    ]);
  });

  it("has sound alone where there is no picture", () => {
    expect(lines(describeSession(undefined))[0]).toBe("m=audio 0 RTP/AVP 111");
  });
});
