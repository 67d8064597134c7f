import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releasedImages } from "../images/image-table.ts";
import { root } from "../paths.ts";
import { clusterContext, EmptyCluster } from "./empty-cluster.ts";
import { registrationsIn, type Registration } from "./registrations.ts";
import { reportOf, type StackReport } from "./report.ts";
import { sealedFile, type ClusterStandIn } from "./sealed-file.ts";
import { SealedProject } from "./sealed-project.ts";
import { textOf, type StackSource } from "./stacks.ts";

/** A node by its descriptor, and a kubeconfig; both lead to the cluster on which nothing is. */
function describeCluster(folder: string, { kubeconfig }: EmptyCluster): ClusterStandIn {
  const files = { nodeFile: join(folder, "node.json"), kubeconfig: join(folder, "kubeconfig") };
  const node = {
    kubeconfig: files.kubeconfig,
    context: clusterContext,
    storageClass: "local-path",
    host: "127.0.0.1",
    images: Object.fromEntries(
      releasedImages.map((name) => [name, `framewright.local/${name}:0000000000000000`]),
    ),
  };
  writeFileSync(files.kubeconfig, kubeconfig);
  writeFileSync(files.nodeFile, JSON.stringify(node));
  return { ...files, context: clusterContext };
}

/** What the pack found in one stack, and what it is made of. */
export interface EvaluatedStack {
  readonly report: StackReport;
  readonly resources: readonly Registration[];
}

/** Previews one stack with the pack over it, as if nothing of it existed yet. */
async function evaluate(source: StackSource, binaries: string): Promise<EvaluatedStack> {
  const cluster = await EmptyCluster.start();
  const folder = mkdtempSync(join(tmpdir(), "framewright-node-"));
  const stackFile = sealedFile(textOf(source), source.file, describeCluster(folder, cluster));
  const options = { program: root, stack: source.stack, binaries, stackFile };
  const project = new SealedProject(options);
  const leave = (): void => {
    project.dispose();
    rmSync(folder, { recursive: true, force: true });
    cluster.stop();
  };
  process.once("exit", leave); // an interrupted run leaves nothing either
  try {
    await project.init();
    // The engine's events say nothing of the lines of the program; its calls do.
    const calls = join(project.folder, "calls.json");
    const outcome = await project.preview(source, { PULUMI_DEBUG_GRPC: calls });
    const resources = existsSync(calls) ? registrationsIn(readFileSync(calls, "utf8"), root) : [];
    return { report: reportOf(source, outcome, resources), resources };
  } finally {
    process.off("exit", leave);
    leave();
  }
}

export interface Evaluation {
  readonly sources: readonly StackSource[];
  /** Folder of the CLI. */
  readonly binaries: string;
  /** How many previews run at once; each takes about two cores. */
  readonly lanes: number;
  readonly onStart: (source: StackSource) => void;
  readonly onReport: (report: StackReport) => void;
}

/** Evaluates all stacks; what comes out is in the order of the stacks. */
export async function evaluateAll(evaluation: Evaluation): Promise<EvaluatedStack[]> {
  const { sources, binaries, lanes, onStart, onReport } = evaluation;
  const waiting = [...sources.entries()];
  const done = new Map<number, EvaluatedStack>();
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, source] = next;
      onStart(source);
      const evaluated = await evaluate(source, binaries);
      done.set(index, evaluated);
      onReport(evaluated.report);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return sources.flatMap((_, index) => done.get(index) ?? []);
}
