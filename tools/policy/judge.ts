import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releasedImages } from "../images/image-table.ts";
import { root } from "../paths.ts";
import { clusterContext, EmptyCluster } from "./empty-cluster.ts";
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

/** Previews one stack with the pack over it, as if nothing of it existed yet. */
async function judge(source: StackSource, binaries: string): Promise<StackReport> {
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
    return reportOf(source, await project.preview({ profile: source.profile }));
  } finally {
    process.off("exit", leave);
    leave();
  }
}

export interface Judging {
  readonly sources: readonly StackSource[];
  /** Folder of the CLI. */
  readonly binaries: string;
  /** How many previews run at once; each takes about two cores. */
  readonly lanes: number;
  readonly onReport: (report: StackReport) => void;
}

/** Judges all stacks; the reports are in the order of the stacks. */
export async function judgeAll(judging: Judging): Promise<StackReport[]> {
  const { sources, binaries, lanes, onReport } = judging;
  const waiting = [...sources.entries()];
  const reports = new Map<number, StackReport>();
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, source] = next;
      const report = await judge(source, binaries);
      reports.set(index, report);
      onReport(report);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return sources.flatMap((_, index) => reports.get(index) ?? []);
}
