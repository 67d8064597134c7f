import { afterAll, beforeAll, expect, it } from "vitest";
import { Release } from "./release.ts";

let release: Release;
beforeAll(async () => {
  release = await Release.start();
});
afterAll(() => release.stop());

async function imagesKept(): Promise<string> {
  return release.outputOf("unshare", ["--mount", "buildah", "images", "--format", "{{.Name}}"]);
}

it("builds on the Debian of a registry where nothing else is asked for", async () => {
  await release.build("debian", "--from-packages");
  await release.serveAsDocker("framewright.local/debian", "library/debian:trixie-slim");
  expect(await imagesKept()).not.toContain("docker.io/library/debian");
  await release.build("redis", "--archive", release.file("archives"));
  expect(await imagesKept()).toContain("docker.io/library/debian");
  const list = ["--list", "--file", release.file("archives", "redis.tar")];
  expect(await release.outputOf("tar", list)).toContain("index.json");
});
