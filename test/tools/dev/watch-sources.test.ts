import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchSources } from "../../../tools/dev/watch-sources.ts";

let root: string;
let changes: Set<string>;
let stop: () => void;

function write(path: string): void {
  writeFileSync(join(root, path), "");
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sources-"));
  for (const folder of ["api/jobs", "worker/node_modules/pkg", "docs"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  changes = new Set();
  stop = watchSources(root, ["api", "worker"], (path) => changes.add(path));
});
afterEach(() => {
  stop();
  rmSync(root, { recursive: true });
});

test("a source that is written, or put in the place of another, is reported by its path", async () => {
  write("worker/main.ts");
  write("api/.claim.ts.part");
  renameSync(join(root, "api/.claim.ts.part"), join(root, "api/jobs/claim.ts"));
  await expect.poll(() => [...changes].toSorted()).toEqual(["api/jobs/claim.ts", "worker/main.ts"]);
});

test("a profile that is written is reported", async () => {
  write("api/hls-720p.yaml");
  await expect.poll(() => [...changes]).toEqual(["api/hls-720p.yaml"]);
});

test("sources of a folder that is made later are reported", async () => {
  mkdirSync(join(root, "api/keys"));
  await expect
    .poll(() => {
      write("api/keys/key.ts");
      return [...changes];
    })
    .toContain("api/keys/key.ts");
});

test("packages, other folders and what editors write are left out", async () => {
  for (const path of [
    ...[
      "worker/node_modules/pkg/index.ts",
      "docs/a.ts",
      "api/.jobs.ts.swp",
      "api/#a.ts",
      "api/4913",
    ],
    "api/last.ts",
  ]) {
    write(path);
  }
  await expect.poll(() => [...changes]).toEqual(["api/last.ts"]);
});
