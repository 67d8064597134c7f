import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentHash, filesUnder, fingerprints } from "../../../tools/images/content-hash.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "content-hash-"));
  mkdirSync(join(root, "image/rootfs/etc"), { recursive: true });
  writeFileSync(join(root, "image/Containerfile"), "FROM scratch\n");
  writeFileSync(join(root, "image/rootfs/etc/conf"), "a=1\n");
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const hash = (): string => contentHash(fingerprints(root, "image"));

const changes: Record<string, () => void> = {
  "a file's content": () => {
    writeFileSync(join(root, "image/rootfs/etc/conf"), "a=2\n");
  },
  "a file's name": () => {
    writeFileSync(join(root, "image/rootfs/etc/conf2"), "a=1\n");
    rmSync(join(root, "image/rootfs/etc/conf"));
  },
  "a new empty file": () => {
    writeFileSync(join(root, "image/more"), "");
  },
  "the executable bit": () => {
    chmodSync(join(root, "image/rootfs/etc/conf"), 0o755);
  },
  "a link's target": () => {
    symlinkSync("Containerfile", join(root, "image/link"));
  },
};

describe("the hash of an image's files", () => {
  it.each(Object.keys(changes))("changes with %s", (name) => {
    const before = hash();
    changes[name]?.();
    expect(hash()).not.toBe(before);
  });

  it("does not change with times, other permissions, or what stays out of images", () => {
    const before = hash();
    utimesSync(join(root, "image/Containerfile"), 1, 1);
    chmodSync(join(root, "image/Containerfile"), 0o600);
    mkdirSync(join(root, "image/node_modules"));
    writeFileSync(join(root, "image/node_modules/x.js"), "");
    writeFileSync(join(root, "image/README.md"), "read me");
    writeFileSync(join(root, "image/.swp"), "");
    expect(hash()).toBe(before);
  });

  it("is 12 hex digits", () => {
    expect(hash()).toMatch(/^[0-9a-f]{12}$/);
  });

  it("tells the same text in other parts apart", () => {
    expect(contentHash(["ab", "c"])).not.toBe(contentHash(["a", "bc"]));
  });
});

it("files are listed in an order of their own, folders included", () => {
  expect(filesUnder(join(root, "image"))).toEqual(["Containerfile", "rootfs/etc/conf"]);
});
