import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const analyze = "/usr/bin/systemd-analyze";
const file = join(import.meta.dirname, "../../docs/samples/framewright-worker.service");
const text = readFileSync(file, "utf8");

/** What systemd says of a unit; podman need not be installed here. */
function verify(unit: string): string {
  const path = join(temporaryFolder("unit-"), "framewright-worker.service");
  writeFileSync(path, unit.replaceAll("/usr/bin/podman", "/usr/bin/true"));
  const args = ["verify", "--man=no", "--recursive-errors=no", path];
  const { stderr, status } = spawnSync(analyze, args, { encoding: "utf8" });
  return status === 0 ? stderr : `ended with ${status}: ${stderr}`;
}

test.skipIf(!existsSync(analyze))("systemd takes the unit of the worker as it is", () => {
  expect(verify(text)).toBe("");
});

test.skipIf(!existsSync(analyze))("and would say what is wrong", () => {
  expect(verify(text.replace("ExecStart=", "ExecStart=nowhere"))).toContain("nowhere/usr/bin/true");
  expect(verify(text.replace("RestartSec=", "RestartSecs="))).toContain("RestartSecs");
});
