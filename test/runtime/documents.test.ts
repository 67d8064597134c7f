import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { Profile, profileProblems } from "../../contracts/profile.ts";
import { readDocuments } from "../../runtime/documents.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const mobile = `name: mobile
description: For telephones
video:
  codec: h264
  ladder:
    - { height: 480, kbps: 1200 }
    - { height: 270, kbps: 400 }
audio: { codec: aac, stereoKbps: 96 }
packaging: { format: hls }
`;

function read(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder("framewright-documents-");
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const nameOf = ({ name }: Profile): string => name;
  try {
    return readDocuments(folder, { schema: Profile, nameOf, further: profileProblems });
  } catch (error) {
    return String(error).replaceAll(basename(folder), "folder");
  }
}

it("reads every document under its name, and leaves other files alone", () => {
  const documents = read({ "mobile.yaml": mobile, "README.md": "# Profiles" });
  expect(documents).toEqual(
    new Map([["mobile", expect.objectContaining({ description: "For telephones" })]]),
  );
});

it("names file, field and value of every problem at once", () => {
  const wrong = mobile
    .replace("codec: h264", "codec: vp9")
    .replace("height: 480", "height: 481")
    .replace("kbps: 400", "kbps: fast")
    .replace("stereoKbps: 96", "stereo: 96");
  expect(read({ "a.yaml": wrong, "b.yaml": "- mobile\n", "c.yaml": "name: [mobile\n" })).toBe(
    [
      "DocumentError: 7 problems in folder:",
      '  folder/a.yaml: video.codec must be one of h264, but is "vp9"',
      "  folder/a.yaml: video.ladder[0].height must be multiple of 2, but is 481",
      '  folder/a.yaml: video.ladder[1].kbps must be integer, but is "fast"',
      "  folder/a.yaml: audio.stereoKbps is missing",
      "  folder/a.yaml: audio.stereo is not known",
      '  folder/b.yaml: the document must be object, but is ["mobile"]',
      "  folder/c.yaml: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1",
    ].join("\n"),
  );
});

it.each([
  [
    "what the schema cannot express",
    { "mobile.yaml": mobile.replace("height: 270", "height: 540") },
    "folder/mobile.yaml: video.ladder[1].height must be less than 480, which the rung above has, but is 540",
  ],
  [
    "a name that is not the file's",
    { "phone.yaml": mobile },
    'folder/phone.yaml: name must be "phone" as the file\'s, but is "mobile"',
  ],
  [
    "a key that stands there twice",
    { "mobile.yaml": `${mobile}name: mobile\n` },
    "folder/mobile.yaml: Map keys must be unique at line 10, column 1",
  ],
  ["an empty folder", {}, "has no file that ends in .yaml"],
])("refuses %s", (_what, files, message) => {
  expect(read(files)).toContain(message);
});
