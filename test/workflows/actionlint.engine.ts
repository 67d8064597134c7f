import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { binaries } from "../support/control-plane.ts";

const root = join(import.meta.dirname, "../..");
const flags = ["-no-color", "-shellcheck=", "-pyflakes="];

function actionlint(files: readonly string[], input = "") {
  const program = join(binaries(), "actionlint");
  return spawnSync(program, [...flags, ...files], { input, encoding: "utf8", cwd: root });
}

function lintStep(step: string) {
  const head = "name: test\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n";
  return actionlint(["-"], head + step);
}

test.each(readdirSync(join(root, ".github/workflows")))(
  "actionlint finds nothing in %s",
  (file) => {
    const { status, stdout } = actionlint([join(".github/workflows", file)]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  },
);

test("actionlint lets pass what is right", () => {
  expect(lintStep("      - run: echo ${{ github.event_name }}\n")).toMatchObject({ status: 0 });
});

test.each([
  ["an expression that does not exist", "      - run: echo ${{ github.evnt }}\n", "evnt"],
  ["a step that does nothing", "      - name: nothing\n", "run"],
  [
    "an input that an action does not have",
    "      - uses: actions/cache@v4\n        with:\n          paths: a\n",
    "paths",
  ],
])("actionlint refuses %s", (_, step, word) => {
  const { status, stdout } = lintStep(step);
  expect(status).toBe(1);
  expect(stdout).toContain(word);
});
