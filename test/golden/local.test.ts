import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parseQuantity } from "../../config/units.ts";
import { edgesOf, halvesOf, type Edge } from "../support/edges.ts";
import { goldenOf } from "../support/golden.ts";
import { connectivityMatrix, type Cell } from "../support/matrix.ts";
import { podsOf, type Pod } from "../support/pods.ts";
import { brokenPromises } from "../support/promises.ts";
import { runLocalProgram, type ProgramRun } from "../support/stack.ts";

let run: ProgramRun;
let pods: Pod[];
beforeAll(async () => {
  run = await runLocalProgram();
  pods = podsOf(run.resources);
});

function committed(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));
}

test("stack local is what golden/local.json says (read the difference, then: npm run golden:update)", () => {
  expect(goldenOf(run)).toEqual(committed("local.json"));
});

test("the network edges are what golden/edges.json says", () => {
  expect(edgesOf(run.resources)).toEqual(committed("edges.json"));
});

test("every edge is open on both sides", () => {
  const { out, in: into } = halvesOf(run.resources);
  expect(out).toEqual(into);
});

test("every app asks all ports of the others, and every edge leads to a Service", () => {
  const cells = connectivityMatrix(run.resources);
  expect(new Set(cells.map(({ from }) => from)).size).toBe(pods.length);
  const text = ({ from, port }: Cell | Edge): string => `${from} → ${port}`;
  const allowed = cells.filter((cell) => cell.allowed).map(text);
  expect(allowed.toSorted()).toEqual(edgesOf(run.resources).pods.map(text).toSorted());
});

test("exactly the credentials are secret among the outputs", () => {
  const secrets = Object.entries(run.outputs).filter(([, { secret }]) => secret);
  expect(secrets.map(([name]) => name).toSorted()).toEqual([
    "bootstrapApiKey",
    "kubeconfig",
    "workerAdminSecret",
  ]);
});

test("no two resources of a kind share a logical name", () => {
  const names = run.resources.map(({ type, name }) => `${type} ${name}`);
  expect(names.length).toBe(new Set(names).size);
});

test("it keeps what this program promises beyond the policy pack", () => {
  expect(brokenPromises(run.resources)).toEqual([]);
});

test("every pod has an account of its own, and runs as the user of our images", () => {
  const accounts = pods.map(({ spec }) => spec.serviceAccountName);
  expect(new Set(accounts).size).toBe(pods.length);
  expect(pods.filter(({ spec }) => spec.securityContext?.runAsUser !== 10001)).toEqual([]);
});

test("every pod uses an image whose tag is its content", () => {
  const images = pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  expect(images.filter((image) => !/:[0-9a-f]{16}$/.test(image))).toEqual([]);
});

test("all requests fit beside the control plane of a machine with two cores", () => {
  const sum = (kind: "cpu" | "memory") =>
    pods
      .flatMap(({ spec }) => spec.containers)
      .reduce((total, { resources }) => total + parseQuantity(resources.requests[kind]), 0);
  expect(sum("cpu")).toBeLessThanOrEqual(1.2);
  expect(sum("memory")).toBeLessThanOrEqual(4 * 2 ** 30);
});
