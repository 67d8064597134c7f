import { networkInterfaces } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { carriedNodePorts } from "../../tools/node/addresses.ts";
import { kubectl } from "../../tools/node/start.ts";
import { edgesOf } from "../support/edges.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { seeCells, type SeenCell } from "../support/e2e/probe-pods.ts";
import { connectivityMatrix, type Cell } from "../support/matrix.ts";
import type { Registration } from "../support/mocks.ts";
import { runLocalProgram } from "../support/stack.ts";

describeClusterOnFailure();

let resources: readonly Registration[];
let matrix: readonly Cell[];

beforeAll(async () => {
  ({ resources } = await runLocalProgram());
  matrix = connectivityMatrix(resources);
});

const suffix = ".svc.cluster.local";

/** The Service ports that the matrix asks for, each once. */
function targets(): { host: string; port: number }[] {
  const asked = new Map(matrix.map(({ host, port }) => [`${host}:${port}`, { host, port }]));
  return [...asked.values()];
}

/** The rest of the cluster, as our pods may see it: names are resolved, and that is all. */
function platformCells(from: string): Cell[] {
  return [
    { from, host: `kube-dns.kube-system${suffix}`, port: 53, allowed: true },
    { from, host: `kubernetes.default${suffix}`, port: 443, allowed: false },
    { from, host: `metrics-server.kube-system${suffix}`, port: 443, allowed: false },
  ];
}

/** A pod of somebody else, in a namespace without a policy: what it sends is denied where it comes in. */
function strangerCells(): Cell[] {
  const from = "default/stranger";
  return targets().map((target) => ({ from, ...target, allowed: false }));
}

function summary(what: string, cells: readonly SeenCell[]): string {
  const open = cells.filter(({ seen }) => seen === "open").length;
  const right = cells.filter(({ seen, allowed }) => seen === (allowed ? "open" : "silent")).length;
  return `${what}: ${cells.length} cells, ${open} open, ${right} as expected`;
}

test("every pod reaches what its declared edges allow, and nothing else", async () => {
  const apps = [...new Set(matrix.map(({ from }) => from))];
  const platform = apps.flatMap(platformCells);
  const started = performance.now();
  const seen = await seeCells([...matrix, ...platform, ...strangerCells()]);
  const seconds = (performance.now() - started) / 1000;
  const [stranger = [], ours = []] = [true, false].map((strange) =>
    seen.filter(({ from }) => (from === "default/stranger") === strange),
  );
  const [outside = [], between = []] = [true, false].map((system) =>
    ours.filter(({ host }) => !host.includes(".framewright-") === system),
  );
  console.log(
    [
      summary("pods to services", between),
      summary("pods to the cluster's own services", outside),
      summary("a stranger to services", stranger),
      `seen in ${seconds.toFixed(0)} s`,
    ].join("; "),
  );
  const wrong = seen.filter((cell) => cell.seen !== (cell.allowed ? "open" : "silent"));
  expect(
    wrong.map(
      ({ from, host, port, seen }) => `${from} → ${host.replace(suffix, "")}:${port} is ${seen}`,
    ),
  ).toEqual([]);
  expect([between.length, outside.length, stranger.length]).toEqual([56, 24, 8]);
});

test("every port of the matrix listens, so that silence is the network's doing", async () => {
  const listening = targets().map(async ({ host, port }) => {
    const [service = "", namespace = ""] = host.split(".");
    const open = ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`];
    await kubectl(["exec", `--namespace=${namespace}`, `service/${service}`, "--", ...open]);
  });
  await Promise.all(listening);
});

async function answers(host: string, port: number): Promise<boolean> {
  try {
    await (await fetch(`http://${host}:${port}/`, { signal: AbortSignal.timeout(5_000) })).text();
    return true;
  } catch {
    return false;
  }
}

test("clients reach the declared ports on this machine's loopback, and on no other address", async () => {
  expect(edgesOf(resources).clients.length).toBe(carriedNodePorts.length);
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
  const others = ["127.0.0.2", ...outer];
  for (const port of carriedNodePorts) {
    expect([port, await answers("127.0.0.1", port)]).toEqual([port, true]);
    const reached = await Promise.all(others.map((address) => answers(address, port)));
    expect([port, reached]).toEqual([port, others.map(() => false)]);
  }
});
