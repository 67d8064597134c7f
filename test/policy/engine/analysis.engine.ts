import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packFlags, SealedProject } from "../../../tools/policy/sealed-project.ts";
import { binaries } from "../../support/control-plane.ts";
import { withValue } from "../kit/change.ts";
import { goldenStacks, type GoldenStack } from "../kit/goldens.ts";
import { stateOf } from "./state.ts";

/**
 * `pulumi policy analyze` looks at a state alone: no program runs, and no provider is asked. Here it has one state of each
 * cloud in production; what rules say of all five seen so is in ../platform.test.ts.
 */
let project: SealedProject;

beforeAll(async () => {
  const options = {
    program: join(import.meta.dirname, "../programs"),
    stack: "test",
    binaries: binaries(),
  };
  project = await new SealedProject(options).init();
});

afterAll(() => {
  project.dispose();
});

const [prodGke, prodEks] = ["prod-gke", "prod-eks"].map((name) =>
  goldenStacks.find((stack) => stack.name === name)!,
) as [GoldenStack, GoldenStack];

function analyzed(stack: GoldenStack) {
  const file = join(project.folder, `${stack.name}.json`);
  writeFileSync(file, stateOf(stack));
  const flags = packFlags({ profile: stack.profile });
  return project.run(["policy", "analyze", "--json", `--file=${file}`, ...flags]);
}

it("an analysis finds nothing in a state that keeps every policy", async () => {
  const { code, findings, errors, stderr } = await analyzed(prodGke);
  expect({ findings, errors }, stderr).toEqual({ findings: [], errors: [] });
  expect(code).toBe(0);
});

it("an analysis finds what is wrong in a state, of one resource and between them", async () => {
  const container = ["spec", "template", "spec", "containers", 0, "securityContext"];
  const worse = prodEks.resources
    .filter(({ type }) => !type.endsWith(":PodDisruptionBudget"))
    .map((one) =>
      one.name === "api-server-deployment"
        ? withValue(one, [...container, "readOnlyRootFilesystem"], false)
        : one,
    );
  const { code, findings } = await analyzed({ ...prodEks, resources: worse });
  const rules = new Set(findings.map(({ rule }) => rule));
  expect([...rules].toSorted()).toEqual(["disruption-budget", "read-only-root"]);
  expect(code).not.toBe(0);
});
