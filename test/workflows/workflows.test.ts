import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { releasedImages } from "../../tools/images/image-table.ts";
import { chosenGroups } from "../../tools/testing/groups.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, ".github/workflows");

const Step = Type.Object({
  name: Type.Optional(Type.String()),
  uses: Type.Optional(Type.String()),
  run: Type.Optional(Type.String()),
  with: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
const permissions = Type.Record(Type.String(), Type.String());
const Workflow = Type.Object({
  on: Type.Unknown(),
  permissions,
  jobs: Type.Record(
    Type.String(),
    Type.Object({
      permissions,
      "runs-on": Type.String(),
      "timeout-minutes": Type.Integer(),
      if: Type.Optional(Type.String()),
      strategy: Type.Optional(
        Type.Object({ matrix: Type.Record(Type.String(), Type.Array(Type.String())) }),
      ),
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

/** Rights beside those to read the code and to be somebody for a cloud: each with the job that has it. */
const granted: Readonly<Record<string, readonly string[]>> = {
  "checks.yaml policy": ["security-events"],
  "comment.yaml comment": ["actions", "pull-requests"],
  "nightly.yaml images": ["security-events"],
};

test.each(files)(
  "%s has no rights but those that a job names, and none to write content",
  (file) => {
    const { permissions: everywhere, jobs } = workflow(file);
    expect(everywhere).toEqual({});
    for (const [name, job] of Object.entries(jobs)) {
      expect(job.permissions).toMatchObject({ contents: "read" });
      const usual = ["contents", "id-token"];
      const others = Object.keys(job.permissions).filter((right) => !usual.includes(right));
      expect(others).toEqual(granted[`${file} ${name}`] ?? []);
    }
  },
);

test("no pull request can reach a cloud or a secret, or run with the rights of the default branch", () => {
  const onPullRequests = files.filter((file) => {
    const { on } = workflow(file);
    return typeof on === "object" && on !== null && "pull_request" in on;
  });
  expect(onPullRequests).toEqual(["checks.yaml"]);
  for (const file of onPullRequests) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const word of ["secrets.", "vars.", "id-token", "environment:"]) {
      expect(text).not.toContain(word);
    }
  }
  for (const file of files) {
    expect(readFileSync(join(folder, file), "utf8")).not.toContain("pull_request_target");
  }
});

test("what runs after the checks takes nothing of a pull request but the report", () => {
  const used = stepsOf("comment.yaml").flatMap(({ uses = [] }) => uses);
  expect(used).toEqual([expect.stringMatching(/^actions\/download-artifact@/)]);
  const condition = "github.event.workflow_run.event == 'push'";
  expect(workflow("development.yaml").jobs["deploy"]?.if).toContain(condition);
});

test("every npm script that a workflow calls is there", () => {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  const called = files.flatMap((file) =>
    stepsOf(file).flatMap(({ run = "" }) =>
      [...run.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name),
    ),
  );
  expect(called).toContain("policy");
  expect(called.filter((name) => name !== "ci" && !Object.hasOwn(scripts, name))).toEqual([]);
});

test("the checks run every group of tests that npm test runs", () => {
  const { tests } = workflow("checks.yaml").jobs;
  // npm run check has them.
  const checked = ["unit", "program"];
  const all = chosenGroups([]).filter((group) => !checked.includes(group));
  expect(tests?.strategy?.matrix["group"]?.toSorted()).toEqual(all.toSorted());
});

/** In a script, what comes from outside is a variable, never text of the script. */
test.each(files)("no script of %s has an expression in it", (file) => {
  const scripts = stepsOf(file).map(({ run }) => run ?? "");
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test("a release builds, and every night scans, exactly the images that a stack on a cloud pulls", () => {
  const golden = JSON.parse(readFileSync(join(root, "test/golden/prod-eks.json"), "utf8")) as {
    resources: Record<string, { name?: string }>;
  };
  const pulled = Object.entries(golden.resources)
    .filter(([key]) => key.startsWith("aws:ecr/repository:Repository::"))
    .map(([, { name }]) => name?.split("/").at(-1));
  expect(releasedImages.toSorted()).toEqual(pulled.toSorted());
  const scanned = workflow("nightly.yaml").jobs["images"]?.strategy?.matrix["image"];
  expect(scanned?.toSorted()).toEqual(pulled.toSorted());
});

interface OnStack {
  readonly job: string;
  readonly runsOn: string;
  readonly stack: string;
}

/** Jobs that speak to the Kubernetes API of a stack. */
function jobsOnStacks(): OnStack[] {
  return files.flatMap((file) =>
    Object.entries(workflow(file).jobs).flatMap(([name, job]) =>
      job.steps.flatMap(({ run = "" }) => {
        const [, stack] = /npm run (?:deploy|drift) -- --stack (\w+)/.exec(run) ?? [];
        return stack === undefined
          ? []
          : [{ job: `${file} ${name}`, runsOn: job["runs-on"], stack }];
      }),
    ),
  );
}

const Access = Type.Object({
  config: Type.Object({
    "framewright:gke": Type.Optional(Type.Object({ endpoint: Type.Optional(Type.String()) })),
    "framewright:eks": Type.Optional(Type.Object({ runners: Type.Optional(Type.Boolean()) })),
  }),
});

/** How CI reaches a stack's Kubernetes API, by its file. */
function accessOf(stack: string) {
  const text = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  return Value.Parse(Access, parse(text)).config;
}

test("two jobs deploy, and two look for drift", () => {
  expect(jobsOnStacks().map(({ job }) => job)).toEqual([
    "development.yaml deploy",
    "nightly.yaml drift-dev",
    "nightly.yaml drift-prod",
    "release.yaml production",
  ]);
});

test.each(jobsOnStacks())("$job reaches the Kubernetes API of $stack from where it runs", (on) => {
  const { "framewright:gke": gke, "framewright:eks": eks } = accessOf(on.stack);
  if (eks === undefined) {
    // A hosted runner has no address that a list of networks could name.
    expect(gke?.endpoint).toBe("dns");
    return;
  }
  expect(eks.runners).toBe(true);
  expect(on.runsOn).toContain("format('codebuild-{0}-{1}-{2}', vars.PROD_RUNNER, ");
});

test.each(files)(
  "%s opens no endpoint for the time of a job, which a killed job would leave open",
  (file) => {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text).not.toMatch(/update-cluster-config|publicAccessCidrs=|authorized-networks/i);
  },
);

test("roles that deploy and the preflight's command name the same rights", () => {
  const asked = ["ec2:Describe*", "servicequotas:Get*", "sts:GetCallerIdentity"];
  const preflight = readFileSync(join(root, "tools/commands/preflight.ts"), "utf8");
  const release = readFileSync(join(folder, "release.yaml"), "utf8");
  const development = readFileSync(join(folder, "development.yaml"), "utf8");
  for (const text of [preflight, release])
    expect(asked.filter((right) => !text.includes(right))).toEqual([]);
  for (const text of [preflight, development]) expect(text).toContain("roles/compute.viewer");
});
