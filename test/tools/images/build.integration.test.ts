import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildImages } from "../../../tools/images/build.ts";
import { imagePaths } from "../../../tools/images/image-paths.ts";
import { releasedImages, runnableImages } from "../../../tools/images/image-table.ts";
import { imageRoot } from "../../../tools/images/roots.ts";

const minutes = 60_000;

/** Every blob with the time of its last writing. */
function blobTimes(): ReadonlyMap<string, number> {
  const folder = join(imagePaths.layout, "blobs/sha256");
  return new Map(readdirSync(folder).map((blob) => [blob, statSync(join(folder, blob)).mtimeMs]));
}

describe("the images of this checkout", () => {
  let first: Record<string, string>;
  beforeAll(async () => {
    first = await buildImages({ log: console.log });
  }, 15 * minutes);

  it("are all there under their content's hash", () => {
    expect(Object.keys(first).toSorted()).toEqual(runnableImages.toSorted());
    for (const [name, ref] of Object.entries(first)) {
      expect(ref).toMatch(new RegExp(`^framewright\\.local/${name}:[0-9a-f]{12}$`));
    }
  });

  it("are not built again when nothing has changed", async () => {
    const blobs = blobTimes();
    const lines: string[] = [];
    const second = await buildImages({ log: (line) => lines.push(line) });
    expect(second).toEqual(first);
    expect(lines).toEqual([]);
    expect(blobTimes()).toEqual(blobs);
  });

  it("are recorded with digest and size", () => {
    const record: unknown = JSON.parse(readFileSync(imagePaths.record, "utf8"));
    for (const [name, ref] of Object.entries(first)) {
      expect(record).toHaveProperty([name], {
        ref,
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        bytes: expect.any(Number) as number,
      });
    }
  });

  // Those of parts are built only where somebody asks for a part.
  it.each(releasedImages.filter((name) => runnableImages.includes(name)))(
    "%s carries no package lists, caches, logs, manuals or locales",
    async (name) => {
      const root = await imageRoot(name);
      const left = [
        "var/lib/apt/lists",
        "var/cache/apt",
        "var/cache/debconf",
        "usr/share/man",
        "usr/share/info",
        "tmp",
      ].flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`));
      const isDatabase = (path: string): boolean =>
        /debconf\/(config|passwords|templates)\.dat$/.test(path);
      expect(left.filter((path) => !isDatabase(path))).toEqual([]);
      const docs = readdirSync(join(root, "usr/share/doc"), {
        recursive: true,
        withFileTypes: true,
      });
      expect(docs.filter((file) => file.isFile() && file.name !== "copyright")).toEqual([]);
      expect(existsSync(join(root, "usr/share/locale/de"))).toBe(false);
      expect(readFileSync(join(root, "etc/resolv.conf"), "utf8")).toBe("");
    },
  );
});
