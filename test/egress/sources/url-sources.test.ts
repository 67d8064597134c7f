import { describe, expect, it } from "vitest";
import { openUrl, targetOf, urlSources } from "../../../egress/src/sources/url-sources.ts";

const policy = { ports: [554, 1935, 9000], ranges: [], proxy: undefined };
const resolve = () => Promise.resolve([{ address: "203.0.114.7", family: 4 }]);
const inputOf = async (kind: keyof typeof urlSources, url: string) =>
  urlSources[kind].argumentsFor(await targetOf(urlSources[kind], { url }, { policy, resolve }));

describe("what ffmpeg is told of a source", () => {
  it("is the address that was checked, and for RTMP the name as well", async () => {
    expect(await inputOf("rtmp", "rtmp://live.example.com/app/key?a=b")).toEqual([
      ...["-protocol_whitelist", "rtmp,tcp", "-rw_timeout", "8000000"],
      ...["-analyzeduration", "5M", "-probesize", "5M"],
      ...["-rtmp_tcurl", "rtmp://live.example.com/app"],
      ...["-i", "rtmp://203.0.114.7:1935/app/key?a=b"],
    ]);
  });

  it("has user and password of RTSP, whose media come by the same connection", async () => {
    expect(await inputOf("rtsp", "rtsp://me:pass@cam.example.com/1")).toEqual([
      ...["-protocol_whitelist", "rtsp,rtp,tcp", "-rtsp_transport", "tcp"],
      ...["-timeout", "8000000", "-analyzeduration", "5M", "-probesize", "5M"],
      ...["-i", "rtsp://me:pass@203.0.114.7:554/1"],
    ]);
  });

  it("keeps harmless parameters of SRT alone", async () => {
    const url =
      "srt://live.example.com:9000?mode=listener&localaddr=10.0.0.1&streamid=a%2Fb&latency=200";
    const args = await inputOf("srt", url);
    expect(args.at(-1)).toBe("srt://203.0.114.7:9000?mode=caller&streamid=a%2Fb&latency=200");
  });

  it("asks for a certificate where there can be one: an option that no protocol takes is an error", async () => {
    expect(await inputOf("hls", "http://live.example.com/a.m3u8")).not.toContain("-tls_verify");
    const secure = await inputOf("hls", "https://live.example.com/a.m3u8?key=of-mine");
    expect(secure.join(" ")).toContain("-tls_verify 1 -analyzeduration");
    expect(secure.at(-1)).toBe("https://live.example.com/a.m3u8?key=of-mine");
  });
});

describe("a source that may not be opened", () => {
  const refusal = (url: string, address = "203.0.114.7") =>
    targetOf(
      urlSources.rtmp,
      { url },
      {
        policy,
        resolve: () => Promise.resolve([{ address, family: 4 }]),
      },
    ).then(() => "opened", String);

  it.each([
    ["the loopback", "rtmp://a.example.com/x", "127.0.0.1", /not public/],
    ["the metadata of a cloud", "rtmp://a.example.com/x", "169.254.169.254", /not public/],
    ["a private network", "rtmp://a.example.com/x", "10.1.2.3", /not public/],
    [
      "an address of IPv6 that stands for another",
      "rtmp://a.example.com/x",
      "::ffff:10.0.0.1",
      /not public/,
    ],
    [
      "another port",
      "rtmp://a.example.com:5432/x",
      "203.0.114.7",
      /port is 5432; allowed: 554, 1935, 9000/,
    ],
    ["no host", "rtmp:///x", "203.0.114.7", /not a URL/],
  ])("is at %s", async (_, url, address, why) => {
    expect(await refusal(url, address)).toMatch(why);
  });

  it("is by http where no proxy checks what a playlist names", async () => {
    const source = { kind: "hls", url: "https://live.example.com/a.m3u8" } as const;
    await expect(openUrl(urlSources.hls, source, { policy })).rejects.toThrow("has no proxy");
  });
});
