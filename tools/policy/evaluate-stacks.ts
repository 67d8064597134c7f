import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imagesWith } from "../images/image-table.ts";
import { parts } from "../parts.ts";
import { root } from "../paths.ts";
import { registrationsIn, type Registration } from "./registrations.ts";
import { reportOf, type StackReport } from "./report.ts";
import { sealedFile, type ClusterStandIn } from "./sealed-file.ts";
import { SealedProject } from "./sealed-project.ts";
import { textOf, type StackSource } from "./stacks.ts";

const context = "framewright";

/** An address at which nothing answers: the provider then previews each object as the program gives it. */
const kubeconfig = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: context, cluster: { server: "https://127.0.0.1:1" } }],
  contexts: [{ name: context, context: { cluster: context, user: context } }],
  users: [{ name: context, user: {} }],
  "current-context": context,
};

/** A node by its descriptor, and a kubeconfig. */
function describeCluster(folder: string): ClusterStandIn {
  const files = { nodeFile: join(folder, "node.json"), kubeconfig: join(folder, "kubeconfig") };
  const node = {
    kubeconfig: files.kubeconfig,
    context,
    storageClass: "local-path",
    host: "127.0.0.1",
    images: Object.fromEntries(
      imagesWith(parts).map((name) => [name, `framewright.local/${name}:0000000000000000`]),
    ),
  };
  writeFileSync(files.kubeconfig, JSON.stringify(kubeconfig));
  writeFileSync(files.nodeFile, JSON.stringify(node));
  return { ...files, context };
}

/** What the pack found in one stack, and what it is made of. */
export interface EvaluatedStack {
  readonly report: StackReport;
  readonly resources: readonly Registration[];
}

/** Previews one stack with the pack over it, as if nothing of it existed yet. */
async function evaluate(source: StackSource, binaries: string): Promise<EvaluatedStack> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-node-"));
  const stackFile = sealedFile(textOf(source), source.file, describeCluster(folder));
  const options = { program: root, stack: source.stack, binaries, stackFile };
  const project = new SealedProject(options);
  const leave = (): void => {
    project.dispose();
    rmSync(folder, { recursive: true, force: true });
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
