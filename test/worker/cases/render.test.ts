import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { Case } from "./case.ts";
import { content } from "./make.ts";
import { renderInputs } from "./render.ts";
import { cases, knownGaps, themes } from "./table.ts";

test("docs/inputs.md is the table's (npm run golden:update)", async () => {
  const file = join(import.meta.dirname, "../../../docs/inputs.md");
  expect(readFileSync(file, "utf8")).toBe(await renderInputs(themes, knownGaps));
});

test("every row has a name of its own", () => {
  const names = [...cases, ...knownGaps].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

describe("the page about inputs", () => {
  const make = content("mp4", "");
  const rows: Case[] = [
    {
      ...{ name: "a.mp4", property: "A film | two", make, quick: true },
      expect: { seconds: 4, audio: true, aspect: [16, 9], fps: [25, 25], warnings: ["left"] },
    },
    {
      ...{ name: "b.mp4", property: "Text", make },
      expect: { refused: "container-unsupported", message: /text/ },
    },
    {
      ...{ name: "c.mp3", property: "A song", make },
      expect: { seconds: 3, audio: true, picture: false },
    },
  ];

  it("says what becomes of each file", async () => {
    const text = await renderInputs([{ title: "Some", about: "About them.", cases: rows }], []);
    const cells = text
      .split("\n")
      .filter((line) => /`[abc]\./.test(line))
      .map((line) => line.replaceAll(/ +/g, " "));
    expect(cells).toEqual([
      "| A film \\| two | `a.mp4` * | 4 s, picture and sound, 16:9, 25 fps, warning `left` |",
      "| Text | `b.mp4` | refused: `container-unsupported` |",
      "| A song | `c.mp3` | 3 s, sound |",
    ]);
    expect(text).not.toContain("Known gaps");
  });

  it("says what is known to be wrong", async () => {
    const gap = {
      name: "g.mp4",
      property: "A gap",
      make,
      reason: "It is dark.",
      expect: { seconds: 1, audio: false },
    };
    expect(await renderInputs([], [gap])).toMatch(/## Known gaps[^]*\| A gap .*It is dark\./);
  });
});
