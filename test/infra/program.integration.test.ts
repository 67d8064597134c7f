import { Type } from "typebox";
import { Value } from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";
import { FakeKubelet } from "../support/fake-kubelet.ts";
import { PulumiProject } from "../support/pulumi-project.ts";
import { stackEntries } from "../support/stack.ts";

/** The whole program on a real API with its controllers, through the real engine; only the pods are pretended. */
let plane: ControlPlane;
let kubelet: FakeKubelet;
let project: PulumiProject;

function sections(file: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(stackEntries(file)).map(([key, text]) => [
      key,
      text.startsWith("{") ? (JSON.parse(text) as unknown) : text,
    ]),
  );
}

function config(): Record<string, unknown> {
  return {
    ...sections("Pulumi.local.yaml"),
    "framewright:local": {
      kubeconfig: plane.kubeconfig,
      context: "test",
      registry: "registry.test/framewright",
      imageTag: "v1",
      storageClass: "none",
    },
  };
}

beforeAll(async () => {
  plane = await startControlPlane();
  kubelet = new FakeKubelet(plane);
  project = new PulumiProject(config());
  await project.pulumi("stack", "init", "test");
});

afterAll(async () => {
  await kubelet.stop();
  await plane.stop();
  project.remove();
});

function ours(): string {
  const kinds = "namespaces,priorityclasses,persistentvolumes";
  return plane
    .kubectl("get", kinds, "--selector=app.kubernetes.io/part-of=framewright", "--output=name")
    .trim();
}

async function up(...args: string[]): Promise<string> {
  return project.pulumi("up", "--yes", "--skip-preview", "--stack=test", ...args);
}

/** Of the local stack, components included. */
const resources = 116;

test("the API server takes everything, and Pod Security has nothing to say", async () => {
  const output = await up();
  expect(output).toContain(`${resources} created`);
  expect(ours().split("\n").length).toBe(7);
  expect(output).not.toMatch(/would violate PodSecurity|deprecated/);
});

test("a second up changes nothing", async () => {
  expect(await up("--expect-no-changes")).toContain(`${resources} unchanged`);
});

test("a refresh sees no drift", async () => {
  const output = await project.pulumi(
    "refresh",
    "--yes",
    "--skip-preview",
    "--expect-no-changes",
    "--stack=test",
  );
  expect(output).toContain(`${resources} unchanged`);
});

test("the exported state holds no generated secret in plain text, nor in base64", async () => {
  const state = await project.pulumi("stack", "export", "--stack=test");
  const shown = await project.pulumi("stack", "export", "--show-secrets", "--stack=test");
  const results = [...shown.matchAll(/"result": "((?:[^"\\]|\\.)*)"/g)].map(
    ([, text]) => text ?? "",
  );
  const plaintexts = [...shown.matchAll(/"plaintext": "\\"([^"\\]+)\\""/g)].map(
    ([, text]) => text ?? "",
  );
  const secrets = new Set([...results, ...plaintexts].filter((text) => text.length >= 16));
  expect(secrets.size).toBeGreaterThanOrEqual(10);
  const found = [...secrets].filter(
    (text) => state.includes(text) || state.includes(Buffer.from(text).toString("base64")),
  );
  expect(found.length).toBe(0);
});

const Preview = Type.Object({
  steps: Type.Array(Type.Object({ op: Type.String(), urn: Type.String() })),
});

test("a changed log level replaces the migration Job and rolls the programs, nothing else", async () => {
  await project.pulumi("config", "set", "framewright:logLevel", "debug", "--stack=test");
  const text = await project.pulumi("preview", "--json", "--stack=test");
  const { steps } = Value.Parse(Preview, JSON.parse(text));
  const changes = steps
    .filter(({ op }) => op !== "same")
    .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`);
  expect(changes.toSorted()).toEqual([
    "replace api-migration-job",
    "update api-server-deployment",
    "update webhooks-pods-deployment",
    "update workers-cpu-pods-deployment",
  ]);
  expect(await up()).toContain("3 updated");
});

test("destroy leaves nothing behind", async () => {
  await project.pulumi("destroy", "--yes", "--skip-preview", "--stack=test");
  expect(ours()).toBe("");
});
