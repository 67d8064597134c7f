import { join } from "node:path";
import { expect, test } from "vitest";
import { placeIn, readStackPlace } from "../../../tools/leftovers/stack-file.ts";

const root = join(import.meta.dirname, "../../..");
const file = "Pulumi.prod.yaml";

test("sections as people write them", () => {
  const text = `
config:
  framewright:cloud: gke
  framewright:retainVolumes: "false"
  framewright:gke:
    project: my-framewright
    region: us-central1
    zones: [us-central1-a, us-central1-c]
`;
  expect(placeIn(text, file)).toEqual({
    cloud: "gke",
    owner: "my-framewright",
    region: "us-central1",
    retainVolumes: false,
  });
});

test("sections as Pulumi writes them; volumes are retained unless the file says otherwise", () => {
  const text = `
config:
  framewright:cloud: eks
  framewright:eks: '{"accountId":"123456789012","region":"us-east-1"}'
`;
  expect(placeIn(text, file)).toEqual({
    cloud: "eks",
    owner: "123456789012",
    region: "us-east-1",
    retainVolumes: true,
  });
});

test("a stack on this machine leaves nothing in a cloud", () => {
  expect(() => placeIn("config:\n  framewright:logLevel: info\n", file)).toThrow(
    'Pulumi.prod.yaml: framewright:cloud is "local"; only gke and eks leave things in a cloud',
  );
});

test("what is missing is named", () => {
  const text =
    "config:\n  framewright:cloud: gke\n  framewright:gke: { project: my-framewright }\n";
  expect(() => placeIn(text, file)).toThrow(/framewright:gke in Pulumi.prod.yaml .*region/);
});

test("a stack without a file is told which ones there are", () => {
  expect(() => readStackPlace("nowhere", root)).toThrow(
    /there is no Pulumi.nowhere.yaml; stacks with a file here: .*dev.*prod/,
  );
});

test.each(["dev", "prod"])("the stack file of %s that we ship can be read", (stack) => {
  expect(readStackPlace(stack, root).region).toMatch(/^us-/);
});
