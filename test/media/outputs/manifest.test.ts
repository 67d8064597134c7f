import { describe, expect, it } from "vitest";
import { writeManifest, type Manifest } from "../../../media/outputs/manifest.ts";
import { readManifest } from "../../../media/outputs/read-manifest.ts";

const picture = (id: string, width: number, height: number) => ({
  ...{ id, codecs: "avc1.64001f", bandwidth: 3_000_000, timescale: 15_360, channels: 0 },
  ...{ init: `${id}/init.mp4`, media: `${id}/$Number%05d$.m4s`, ticks: [92_160, 92_160, 53_760] },
  picture: { width, height, fps: { num: 30_000, den: 1001 } },
});
const sound = {
  ...{ id: "audio", codecs: "mp4a.40.2", bandwidth: 130_000, timescale: 48_000, channels: 2 },
  ...{
    init: "audio/init.mp4",
    media: "audio/$Number%05d$.m4s",
    ticks: [288_768, 287_744, 168_192],
  },
  picture: undefined,
};
const manifest: Manifest = {
  durationSeconds: 15.515,
  sets: [
    {
      ...{ kind: "video", language: undefined, label: undefined, roles: ["main"] },
      representations: [picture("720p", 1280, 720), picture("480p", 854, 480)],
    },
    {
      ...{ kind: "audio", language: "de", label: 'Ton & "mehr" <1>\u0007', roles: ["main"] },
      representations: [sound],
    },
  ],
  texts: [
    {
      ...{ id: "subtitles-1-en", language: "en", label: "English", roles: ["subtitle"] },
      ...{ path: "subtitles-1-en/subtitles.vtt", bandwidth: 27 },
    },
  ],
};
const text = writeManifest(manifest);

it("a manifest has a set of pictures, one of each sound and one of each text", () => {
  expect(text).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="utf-8"?>
    <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT15.515S" minBufferTime="PT6.016S">
      <Period id="0" start="PT0S">
        <AdaptationSet id="0" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
          <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
          <Representation id="720p" codecs="avc1.64001f" width="1280" height="720" frameRate="30000/1001" bandwidth="3000000">
            <SegmentTemplate timescale="15360" initialization="720p/init.mp4" media="720p/$Number%05d$.m4s" startNumber="0">
              <SegmentTimeline>
                <S t="0" d="92160" r="1"/>
                <S d="53760"/>
              </SegmentTimeline>
            </SegmentTemplate>
          </Representation>
          <Representation id="480p" codecs="avc1.64001f" width="854" height="480" frameRate="30000/1001" bandwidth="3000000">
            <SegmentTemplate timescale="15360" initialization="480p/init.mp4" media="480p/$Number%05d$.m4s" startNumber="0">
              <SegmentTimeline>
                <S t="0" d="92160" r="1"/>
                <S d="53760"/>
              </SegmentTimeline>
            </SegmentTemplate>
          </Representation>
        </AdaptationSet>
        <AdaptationSet id="1" contentType="audio" mimeType="audio/mp4" lang="de" segmentAlignment="true" startWithSAP="1">
          <Label>Ton &amp; &quot;mehr&quot; &lt;1&gt; </Label>
          <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
          <Representation id="audio" codecs="mp4a.40.2" bandwidth="130000">
            <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
            <SegmentTemplate timescale="48000" initialization="audio/init.mp4" media="audio/$Number%05d$.m4s" startNumber="0">
              <SegmentTimeline>
                <S t="0" d="288768"/>
                <S d="287744"/>
                <S d="168192"/>
              </SegmentTimeline>
            </SegmentTemplate>
          </Representation>
        </AdaptationSet>
        <AdaptationSet id="2" contentType="text" mimeType="text/vtt" lang="en">
          <Label>English</Label>
          <Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>
          <Representation id="subtitles-1-en" bandwidth="27">
            <BaseURL>subtitles-1-en/subtitles.vtt</BaseURL>
          </Representation>
        </AdaptationSet>
      </Period>
    </MPD>
    "
  `);
});

it("a manifest is read as it was written", () => {
  const files = (folder: string) => [0, 1, 2].map((index) => `${folder}/0000${index}.m4s`);
  expect(readManifest(text)).toEqual({
    durationSeconds: 15.515,
    tracks: [
      { id: "720p", init: "720p/init.mp4", segments: files("720p"), seconds: [6, 6, 3.5] },
      { id: "480p", init: "480p/init.mp4", segments: files("480p"), seconds: [6, 6, 3.5] },
      {
        ...{ id: "audio", init: "audio/init.mp4", segments: files("audio") },
        seconds: [288_768, 287_744, 168_192].map((ticks) => ticks / 48_000),
      },
    ],
    texts: ["subtitles-1-en/subtitles.vtt"],
  });
});

describe("a manifest is refused with", () => {
  it.each<[string, string, string, string]>([
    ["an address", 'media="720p/', 'media="https://evil.example/', "has the line"],
    ["a folder above", 'initialization="720p/', 'initialization="../', "has the line"],
    [
      "a base of its own",
      "<Label>",
      "<BaseURL>https://evil.example/</BaseURL><Label>",
      "has the line",
    ],
    ["another place", '<Period id="0" start="PT0S">', "<Location>x</Location>", "has the line"],
    ["a link", '<Period id="0"', '<Period xlink:href="x" id="0"', "has the line"],
    ["an entity", "<?xml", "<!DOCTYPE x [", "has the line"],
    [
      "too many segments",
      'd="92160" r="1"',
      'd="92160" r="999999"',
      "names more than 100000 segments",
    ],
    ["a cut end", "</MPD>\n", "", "does not end"],
    ["no root", "<MPD", "<MPS", "has the line"],
  ])("%s", (_title, from, to, problem) => {
    expect(text).toContain(from);
    expect(() => readManifest(text.replace(from, to))).toThrow(problem);
  });
});
