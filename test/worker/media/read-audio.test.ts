import { describe, expect, it } from "vitest";
import { stereoFilters } from "../../media/a-source.ts";
import { packetsOf, type FakeFile } from "./fake-file.ts";
import { aFile, audio, enough, pictures, probe, soundPackets, video } from "./probing.ts";

describe("the sound of a probed file", () => {
  const other = { ...audio, index: 2 };

  it.each<[string, Partial<FakeFile>, number[] | undefined, string[]]>([
    ["is missing where there is none", { streams: [video], packets: pictures }, undefined, []],
    [
      "is left out where it holds no samples",
      { packets: pictures },
      undefined,
      ["The audio track 1 (aac) was left out: it holds no samples."],
    ],
    [
      "is left out where nothing decodes",
      { samples: {} },
      undefined,
      ["The audio track 1 (aac) was left out: nothing in it can be decoded."],
    ],
    [
      "is the other track where the first cannot be used",
      {
        streams: [video, { ...audio, codec_name: "aac_latm" }, other],
        packets: [...pictures, ...soundPackets(1), ...soundPackets(2)],
        samples: { 2: enough },
      },
      [2],
      ["The audio track 1 (aac_latm) was left out: nothing in it can be decoded."],
    ],
    [
      "is that of the picture's programme",
      {
        streams: [{ ...audio, index: 2, disposition: { default: 1 } }, video, audio],
        packets: [...pictures, ...soundPackets(1), ...soundPackets(2)],
        programs: [{ streams: [{ index: 2 }] }, { streams: [{ index: 0 }, { index: 1 }] }],
      },
      [1],
      [],
    ],
    [
      "is a pair of tracks that are left and right",
      {
        streams: [
          video,
          { ...audio, channels: 1, channel_layout: "1 channels (FR)" },
          { ...other, channels: 1, channel_layout: "1 channels (FL)" },
        ],
        packets: [...pictures, ...soundPackets(1), ...soundPackets(2)],
      },
      [2, 1],
      [],
    ],
  ])("%s", async (_title, changes, indices, warnings) => {
    const source = await probe(aFile(changes));
    expect(source.audio?.indices).toEqual(indices);
    expect(source.warnings.map(({ message }) => message)).toEqual(warnings);
  });

  /** A film with sound tracks of these descriptions, from index 1 on. */
  function withSounds(...sounds: readonly object[]): FakeFile {
    const indices = sounds.map((_, at) => at + 1);
    return aFile({
      streams: [video, ...sounds.map((sound, at) => ({ ...audio, ...sound, index: at + 1 }))],
      packets: [...pictures, ...indices.flatMap((index) => soundPackets(index))],
      samples: Object.fromEntries(indices.map((index) => [index, enough])),
    });
  }

  it("is the default track first, then the others in the order of the file", async () => {
    const source = await probe(
      withSounds(
        { tags: { language: "eng" }, disposition: { comment: 1 } },
        { tags: { language: "ger", title: "Kino" }, disposition: { default: 1 } },
        { channels: 8, channel_layout: "7.1", disposition: { visual_impaired: 1 } },
      ),
    );
    expect(source.audio).toMatchObject({ indices: [2], label: { language: "de", title: "Kino" } });
    expect(source.alternates).toMatchObject([
      { indices: [1], label: { language: "en" }, isCommentary: true, isSurround: false },
      {
        ...{ indices: [3], isCommentary: false, isSurround: true },
        characteristics: ["public.accessibility.describes-video"],
      },
    ]);
    expect(source.choices.filter(({ subject }) => subject === "audio")).toMatchObject([
      { choice: "audio track 2 (aac)", reason: "It is the default track that can be used." },
      { choice: "audio track 1 (aac)" },
      { choice: "audio track 3 (aac)" },
    ]);
  });

  it("is at most eight tracks", async () => {
    const source = await probe(withSounds(...Array.from({ length: 9 }, () => ({}))));
    expect(source.alternates).toHaveLength(7);
    expect(source.warnings.map(({ message }) => message)).toEqual([
      "The audio track 9 (aac) was left out: a result has at most 8 sounds.",
    ]);
  });

  it("is one track where there is no picture", async () => {
    const { packets, ...file } = withSounds({}, {});
    const source = await probe({ ...file, streams: file.streams.slice(1), packets });
    expect(source.audio?.indices).toEqual([1]);
    expect(source.alternates).toEqual([]);
    expect(source.warnings.map(({ message }) => message)).toEqual([
      "The audio track 2 (aac) was left out: a result without pictures has one sound.",
    ]);
  });

  it("leaves out what is heard only behind the end of the film", async () => {
    const late = packetsOf({ index: 2, step: 0.02, seconds: 3, start: 12 });
    const file = withSounds({}, {});
    const source = await probe({ ...file, packets: [...pictures, ...soundPackets(1), ...late] });
    expect(source.alternates).toEqual([]);
    expect(source.warnings.map(({ message }) => message)).toEqual([
      "The audio track 2 (aac) was left out: nothing of it is heard during the film.",
    ]);
  });

  it("keeps both sides of a pair of tracks apart", async () => {
    const side = (index: number, layout: string): object => ({
      ...{ ...audio, index, channels: 1, channel_layout: layout },
    });
    const { audio: pair } = await probe(
      aFile({
        streams: [video, side(1, "1 channels (FL)"), side(2, "1 channels (FR)")],
        packets: [...pictures, ...soundPackets(1), ...soundPackets(2)],
      }),
    );
    expect(pair).toMatchObject({ channels: 2, toStereo: stereoFilters });
  });
});
