import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run as images } from "../../../tools/commands/images.ts";
import { archiveArguments, buildArguments, pushArguments } from "../../../tools/images/release.ts";
import { FakePrograms } from "./fake-programs.ts";

const digest = `sha256:${"a".repeat(64)}`;

const programs = new FakePrograms();
beforeEach(() => {
  programs.start();
  programs.add("buildah", `case "$2" in --digestfile) echo ${digest} > "$3" ;; esac`);
});
afterEach(() => {
  programs.stop();
});

describe("npm run images builds", () => {
  const base = { name: "base", parent: "debian" };
  const asBase = ["--tag", "framewright.local/base", "/c/base"];

  it("the lowest image on Debian's", () => {
    expect(buildArguments(base, "/c/base", "registry")).toEqual([
      "bud",
      "--format=oci",
      "--build-arg",
      "PARENT=docker.io/library/debian:trixie-slim",
      ...asBase,
    ]);
  });

  it("the lowest image on one that was made of packages, and pulls nothing", () => {
    expect(buildArguments(base, "/c/base", "packages")).toEqual([
      "bud",
      "--format=oci",
      "--pull-never",
      "--build-arg",
      "PARENT=framewright.local/debian",
      ...asBase,
    ]);
  });

  it.each(["registry", "packages"] as const)(
    "every other one on what was just built, with the lowest from %s",
    (from) => {
      expect(buildArguments({ name: "redis", parent: "base" }, "/c/redis", from)).toEqual([
        "bud",
        "--format=oci",
        "--pull-never",
        "--tag",
        "framewright.local/redis",
        "/c/redis",
      ]);
    },
  );
});

describe("npm run images", () => {
  const registry = "registry.example.com/video";
  /** A registry that has what `has` matches, a shell pattern; it answers everything else with an error. */
  function registryWith(has: string, otherwise: string): void {
    programs.add("skopeo", `case "$*" in *${has}) ;; *) echo "${otherwise}" >&2; exit 1 ;; esac`);
  }

  const push = (...more: string[]) =>
    programs.run(images, "redis", "--push", registry, "--tag", "1.0.0", ...more);

  it("pushes under the version, or keeps a file for a scanner", () => {
    expect(pushArguments("api", "r.example.com/v/api:1.0.0", "/d")).toEqual([
      "push",
      "--digestfile",
      "/d",
      "framewright.local/api",
      "docker://r.example.com/v/api:1.0.0",
    ]);
    expect(archiveArguments("api", "/a")).toEqual([
      "push",
      "framewright.local/api",
      "oci-archive:/a/api.tar",
    ]);
  });

  it("asks for a version before it builds anything", async () => {
    const { status, stderr } = await programs.run(images, "--push", "registry.example.com/video");
    expect(status).toBe(1);
    expect(stderr).toContain("--push needs --tag VERSION");
    expect(programs.calls("buildah")).toEqual([]);
  });

  it.each([
    "reading manifest 1.0.0 in registry.example.com/video/redis: manifest unknown",
    "reading manifest 1.0.0 in registry.example.com/video/redis: name unknown: The repository does not exist",
    "StatusCode: 404, <html>",
  ])("builds and pushes what a registry says it lacks: %s", async (answer) => {
    registryWith("never", answer);
    const list = join(programs.folder, "images.txt");
    expect(await push("--pushed", list)).toMatchObject({ status: 0 });
    const calls = programs.calls("buildah").map((call) => call.split(" ").at(-1));
    expect(calls).toHaveLength(3);
    expect(calls.slice(-1)).toEqual([`docker://${registry}/redis:1.0.0`]);
    expect(readFileSync(list, "utf8")).toBe(`${registry}/redis@${digest}\n`);
  });

  it("builds and pushes nothing that a registry has, and has nobody sign it", async () => {
    registryWith("redis:1.0.0", "");
    const list = join(programs.folder, "images.txt");
    expect(await push("--pushed", list)).toMatchObject({ status: 0 });
    expect(programs.calls("buildah")).toEqual([]);
    expect(readFileSync(list, "utf8")).toBe("");
  });

  it("builds what a scanner wants, though a registry has it", async () => {
    registryWith("redis:1.0.0", "");
    const folder = join(programs.folder, "archives");
    expect(await push("--archive", folder)).toMatchObject({ status: 0 });
    expect(existsSync(folder)).toBe(true);
    const last = programs.calls("buildah").at(-1);
    expect(last).toBe(`push framewright.local/redis oci-archive:${folder}/redis.tar`);
  });

  it.each([
    "pinging container registry: dial tcp: i/o timeout",
    "reading manifest: unauthorized: authentication required",
    "lookup registry.example.com: no such host",
  ])("stops when a registry can't tell, because a tag must not change: %s", async (answer) => {
    registryWith("never", answer);
    const { status, stderr } = await push();
    expect(status).toBe(1);
    expect(stderr).toContain(answer);
    expect(programs.calls("buildah")).toEqual([]);
  });
});
