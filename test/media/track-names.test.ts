import fc from "fast-check";
import { parse } from "hls-parser";
import { describe, expect, it } from "vitest";
import { writeMasterPlaylist } from "../../media/playlist.ts";
import { trackLabel, trackName, uniqueNames } from "../../media/track-names.ts";
import { anyText } from "../support/any-text.ts";

describe("what a source says of a track", () => {
  it.each([
    [
      { language: "ger", title: "Kommentar" },
      { language: "de", title: "Kommentar" },
    ],
    [{}, { language: undefined, title: undefined }],
    [undefined, { language: undefined, title: undefined }],
    [{ title: "  two\r\n lines\u0000 \u202Eand " }, { title: "two lines and" }],
    [{ title: "\u200F\u0007" }, { title: undefined }],
    [{ title: "🎬".repeat(300) }, { title: "🎬".repeat(100) }],
    [{ title: "half \uD83C" }, { title: "half \uFFFD" }],
    [{ handler_name: "SoundHandler" }, { title: undefined }],
  ])("%j becomes %j", (tags, wanted) => {
    expect(trackLabel(tags)).toMatchObject(wanted);
  });
});

describe("the name of a track", () => {
  it.each([
    ["de", "Kommentar", "Deutsch (Kommentar)"],
    ["de", undefined, "Deutsch"],
    ["de", "Deutsch 5.1", "Deutsch 5.1"],
    [undefined, "Kommentar", "Kommentar"],
    [undefined, undefined, "Main"],
  ])("of language %s and title %s is %s", (language, title, wanted) => {
    expect(trackName({ language, title }, "Main")).toBe(wanted);
  });
});

/** What an independent parser reads of a sound with this name. */
function entryRead(name: string): object | undefined {
  const flags = { isDefault: true, autoselect: true, channels: 2 };
  const rates = { bandwidth: 1, averageBandwidth: 1, codecs: "mp4a.40.2", picture: undefined };
  const playlist = parse(
    writeMasterPlaylist({
      media: [{ ...{ type: "AUDIO", groupId: "audio", uri: "audio/index.m3u8" }, name, ...flags }],
      variants: [{ ...rates, uri: "720p/index.m3u8", audio: "audio" }],
    }),
  );
  return playlist.isMasterPlaylist ? playlist.variants[0]?.audio[0] : undefined;
}

describe("names of one group", () => {
  it("are told apart by numbers", () => {
    expect(uniqueNames(["English", "Deutsch", "English", "English 2", "English"])).toEqual([
      ...["English", "Deutsch", "English 2", "English 2 2", "English 3"],
    ]);
  });

  it("are told apart as they stand in the playlist", () => {
    expect(uniqueNames([`a"`, "a”"])).toEqual(["a”", "a” 2"]);
  });

  it("stand in the playlist as they are, whatever the source says", () => {
    const attributes = fc.stringMatching(/^[ =,:'"#A-Z\\-]{0,20}$/);
    const title = fc.oneof(anyText(), attributes);
    fc.assert(
      fc.property(title, fc.constantFrom("ger", "zh", ""), (said, language) => {
        const label = trackLabel({ title: said, language });
        const [name = ""] = uniqueNames([trackName(label, "Main")]);
        expect(entryRead(name)).toMatchObject({ name, uri: "audio/index.m3u8" });
      }),
    );
  });

  it("are never equal", () => {
    const name = fc.constantFrom("a", "a 2", "a 3", `"`, "”", "");
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        expect(new Set(uniqueNames(names)).size).toBe(names.length);
      }),
    );
  });
});
