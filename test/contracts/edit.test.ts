import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { Edit, editProblems, editFeatures, editParts } from "../../contracts/edit.ts";

const uploadId = "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10";

describe("an edit", () => {
  it.each<[string, unknown, boolean]>([
    ["a clip", { clip: { start: 1.5, end: 9 } }, true],
    ["a clip without an end", { clip: { start: 1.5 } }, true],
    ["a clip of nothing in particular", { clip: {} }, false],
    ["nothing", {}, false],
    ["an overlay of an upload", { overlay: { input: { uploadId } } }, true],
    ["an overlay of a URL", { overlay: { input: { url: "https://a.example/b.png" } } }, true],
    ["an overlay of both", { overlay: { input: { uploadId, url: "https://a.example/" } } }, false],
    ["an overlay in no corner", { overlay: { input: { uploadId }, position: "middle" } }, false],
    [
      "an overlay that is wider than the film",
      { overlay: { input: { uploadId }, width: 1.1 } },
      false,
    ],
    ["an overlay that nobody sees", { overlay: { input: { uploadId }, opacity: 0 } }, false],
    ["the source's own subtitles", { subtitles: {} }, true],
    ["subtitles of a file", { subtitles: { input: { uploadId }, size: 0.1, box: true } }, true],
    ["subtitles that cover the film", { subtitles: { size: 0.5 } }, false],
    ["subtitles in the middle", { subtitles: { position: "center" } }, false],
    ["subtitles in no language", { subtitles: { language: "en'; rm" } }, false],
    ["a start before zero", { clip: { start: -1 } }, false],
    ["a start that is text", { clip: { start: "00:00:01" } }, false],
    ["an end in another week", { clip: { end: 604_801 } }, false],
  ])("of %s fits its schema or not", (_what, edit, fits) => {
    expect(Value.Check(Edit, edit)).toBe(fits);
  });

  it.each<[string, Edit, string[]]>([
    ["from zero", { clip: { end: 0.1 } }, []],
    [
      "that ends before it begins",
      { clip: { start: 5, end: 2 } },
      ["/clip/end must be at least 0.1 s behind clip.start, which is 5, but is 2"],
    ],
    [
      "that is over at once",
      { clip: { start: 5, end: 5.01 } },
      ["/clip/end must be at least 0.1 s behind clip.start, which is 5, but is 5.01"],
    ],
    [
      "and an overlay that ends before it begins",
      { clip: { end: 9 }, overlay: { input: { uploadId }, from: 3, to: 2 } },
      ["/overlay/to must be behind overlay.from, which is 3, but is 2"],
    ],
    [
      "and subtitles that are named twice",
      { clip: { end: 9 }, subtitles: { track: 2, language: "de" } },
      ["/subtitles/language and subtitles.track are both given; send one"],
    ],
  ])("with a clip %s", (_what, edit, problems) => {
    expect(editProblems(edit).map(({ path, message }) => `${path} ${message}`)).toEqual(problems);
  });

  it("has a feature for each of its parts", () => {
    expect([...editParts].toSorted()).toEqual(Object.keys(Edit.properties).toSorted());
    expect(Object.keys(editFeatures).toSorted()).toEqual([...editParts].toSorted());
  });
});
