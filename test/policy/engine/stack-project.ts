import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releasedImages } from "../../../tools/images/image-table.ts";
import { root } from "../../../tools/paths.ts";
import { sealedFile } from "../../../tools/policy/sealed-file.ts";
import { SealedProject } from "../../../tools/policy/sealed-project.ts";
import { textOf, type StackSource } from "../../../tools/policy/stacks.ts";
import { binaries } from "../../support/control-plane.ts";

const kubeconfig = join(root, "test/support/kubeconfig.yaml");
const node = {
  kubeconfig,
  context: "framewright",
  storageClass: "local-path",
  host: "127.0.0.1",
  images: Object.fromEntries(
    releasedImages.map((name) => [name, `framewright.local/${name}:1111111111111111`]),
  ),
};

/** Whether the program knows how to reach its cluster. */
export type ClusterState = "known" | "unknown";

/** Does something with one of our stacks in a sealed project. */
export async function withStack<T>(
  source: StackSource,
  cluster: ClusterState,
  work: (project: SealedProject) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "framewright-node-"));
  const nodeFile = join(folder, "node.json");
  writeFileSync(nodeFile, JSON.stringify(node));
  const standIn = { nodeFile, kubeconfig, context: node.context };
  const project = new SealedProject({
    program: root,
    entry: join(import.meta.dirname, "entries", `${cluster}-cluster.ts`),
    stack: source.stack,
    binaries: binaries(),
    stackFile: sealedFile(textOf(source), source.file, standIn),
  });
  try {
    return await work(await project.init());
  } finally {
    project.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
