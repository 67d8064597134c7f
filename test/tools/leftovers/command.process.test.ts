import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leftovers-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A gcloud that finds these disks, and nothing of any other kind. */
function fakeGcloud(disks: readonly object[]): void {
  const file = join(folder, "gcloud");
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$*" in "compute disks list"*) echo '${JSON.stringify(disks)}' ;; *) echo '[]' ;; esac\n`,
  );
  chmodSync(file, 0o755);
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "leftovers", ...args], {
    encoding: "utf8",
    // Nothing else on the path: a tool of this machine would ask a real cloud.
    env: { PATH: folder, NODE_NO_WARNINGS: "1" },
  });
  return { status, stdout, stderr };
}

test("nothing left ends with 0", () => {
  fakeGcloud([]);
  expect(run("--stack", "dev")).toEqual({
    status: 0,
    stdout: "Nothing of stack dev is left.\n",
    stderr: "",
  });
});

test("something left ends with 1, and says what to do", () => {
  fakeGcloud([{ name: "gke-node", zone: "https://example.com/zones/us-central1-a" }]);
  const { status, stdout } = run("--stack", "dev");
  expect(status).toBe(1);
  expect(stdout).toContain("gcloud compute disks delete gke-node --zone=us-central1-a");
});

test("without the tool it says which one is missing", () => {
  const { status, stderr } = run("--stack", "dev");
  expect(status).toBe(1);
  expect(stderr).toContain(
    "`gcloud` does not run; install it (https://cloud.google.com/sdk/docs/install)",
  );
});

test("without a stack it asks for one", () => {
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain("npm run leftovers -- --stack prod");
});
