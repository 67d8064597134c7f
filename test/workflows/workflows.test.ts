import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { parse } from "yaml";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".github/workflows");

const Step = Type.Object({
  name: Type.Optional(Type.String()),
  uses: Type.Optional(Type.String()),
  run: Type.Optional(Type.String()),
});
const permissions = Type.Record(Type.String(), Type.String());
const Workflow = Type.Object({
  on: Type.Unknown(),
  permissions,
  jobs: Type.Record(
    Type.String(),
    Type.Object({
      permissions,
      "timeout-minutes": Type.Integer(),
      env: Type.Optional(Type.Record(Type.String(), Type.String())),
      steps: Type.Array(Step),
    }),
  ),
});

function workflow(file: string): Static<typeof Workflow> {
  return Value.Parse(Workflow, parse(readFileSync(join(folder, file), "utf8")));
}

const files = readdirSync(folder);

function stepsOf(file: string) {
  return Object.values(workflow(file).jobs).flatMap(({ steps }) => steps);
}

test.each(files)("%s uses actions by commit alone", (file) => {
  const used = stepsOf(file).flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test.each(files)(
  "%s has no rights but those that a job names, and none to write content",
  (file) => {
    const { permissions: everywhere, jobs } = workflow(file);
    expect(everywhere).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toMatchObject({ contents: "read" });
      expect(
        Object.keys(job.permissions).filter((right) => !["contents", "id-token"].includes(right)),
      ).toEqual([]);
    }
  },
);

test.each(files)("the scripts of %s are shell", (file) => {
  for (const { run } of stepsOf(file)) {
    if (run !== undefined) execFileSync("bash", ["-n"], { input: run });
  }
});

/** In a script, what comes from outside is a variable, never text of the script. */
test.each(files)("no script of %s has an expression in it", (file) => {
  const scripts = stepsOf(file).map(({ run }) => run ?? "");
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test("a release builds exactly the images that a stack on a cloud pulls", () => {
  const golden = JSON.parse(readFileSync(join(root, "test/golden/prod-eks.json"), "utf8")) as {
    resources: Record<string, { name?: string }>;
  };
  const pulled = Object.entries(golden.resources)
    .filter(([key]) => key.startsWith("aws:ecr/repository:Repository::"))
    .map(([, { name }]) => name?.split("/").at(-1));
  const built = workflow("release.yaml").jobs["images"]?.env?.["IMAGES"]?.split(" ");
  expect(built?.toSorted()).toEqual(pulled.toSorted());
});
