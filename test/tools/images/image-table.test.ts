import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  imageRow,
  imageTable,
  releasedImages,
  runnableImages,
  withParents,
} from "../../../tools/images/image-table.ts";

const images = join(import.meta.dirname, "../../../images");
const names = imageTable.map((row) => row.name);

function containerfile(name: string): string {
  return readFileSync(join(images, name, "Containerfile"), "utf8");
}

describe("the table of images", () => {
  it("has a row for every folder with a Containerfile, and the other way round", () => {
    const folders = readdirSync(images).filter((name) =>
      existsSync(join(images, name, "Containerfile")),
    );
    expect(names.toSorted()).toEqual(folders.toSorted());
  });

  it.each(imageTable.filter((row) => row.parent !== undefined && row.parent !== "debian"))(
    "$name stands on what its Containerfile names",
    ({ name, parent }) => {
      expect(containerfile(name)).toMatch(
        new RegExp(`^ARG PARENT=framewright.local/${parent ?? ""}$`, "m"),
      );
    },
  );

  it.each(runnableImages)("%s runs as uid 10001", (name) => {
    const users = [...containerfile(name).matchAll(/^USER (.*)$/gm)].map((match) => match[1]);
    // An image that names no user keeps its parent's, which ends with this one.
    expect(users.at(-1) ?? "10001:10001").toBe("10001:10001");
  });

  it.each([
    [
      "docs/own-cluster.md",
      `images="${releasedImages.filter((name) => imageRow(name).parts === undefined).join(" ")}"`,
    ],
    ["docs/runbooks/verify-release.md", `each of ${releasedImages.slice(0, -1).join(", ")} and`],
  ])("names in %s what a cluster pulls", (page, text) => {
    expect(readFileSync(join(images, "..", page), "utf8")).toContain(text);
  });

  it("gives parents first and each once", () => {
    expect(withParents(["worker", "redis"]).map((row) => row.name)).toEqual([
      "debian",
      "base",
      "node",
      "ffmpeg",
      "redis",
      "worker",
    ]);
  });

  it("names the images there are when asked for another", () => {
    expect(() => withParents(["mysql"])).toThrow(/no image "mysql".*postgres/);
  });
});
