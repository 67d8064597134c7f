import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packFlags, SealedProject } from "../../../tools/policy/sealed-project.ts";
import { binaries } from "../../support/control-plane.ts";
import { withValue } from "../kit/change.ts";
import { goldenStacks, type GoldenStack } from "../kit/goldens.ts";
import { stateOf } from "./state.ts";

/** `pulumi policy analyze` looks at a state alone: no program runs, and no provider is asked. */
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

function analyzed(stack: GoldenStack) {
  const file = join(project.folder, `${stack.name}.json`);
  writeFileSync(file, stateOf(stack));
  const flags = packFlags({ profile: stack.profile });
  return project.run(["policy", "analyze", "--json", `--file=${file}`, ...flags]);
}

describe.each(goldenStacks)("the state of the stack $name", (stack) => {
  it("keeps every policy", async () => {
    const { code, findings, errors, stderr } = await analyzed(stack);
    expect({ findings, errors }, stderr).toEqual({ findings: [], errors: [] });
    expect(code).toBe(0);
  });
});

it("an analysis finds what is wrong in a state, of one resource and between them", async () => {
  const [stack] = goldenStacks.filter(({ name }) => name === "prod-eks");
  const container = ["spec", "template", "spec", "containers", 0, "securityContext"];
  const worse = stack!.resources
    .filter(({ type }) => !type.endsWith(":PodDisruptionBudget"))
    .map((one) =>
      one.name === "api-server-deployment"
        ? withValue(one, [...container, "readOnlyRootFilesystem"], false)
        : one,
    );
  const { code, findings } = await analyzed({ ...stack!, resources: worse });
  const rules = new Set(findings.map(({ rule }) => rule));
  expect([...rules].toSorted()).toEqual(["disruption-budget", "read-only-root"]);
  expect(code).not.toBe(0);
});
