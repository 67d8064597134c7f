import { nodeLogFolder } from "../node/addresses.ts";
import { kubectl, nodeRuns } from "../node/start.ts";
import { outputs, stackExists } from "../stack.ts";

export const usage = `npm run status

Shows the node, its pods and the addresses of the stack \`local\`.`;

/** Prints the node, the stack, the workloads and the endpoints. */
export async function run(): Promise<void> {
  if (!nodeRuns()) {
    console.log("  node       does not run; start it with `npm run demo`");
    return;
  }
  console.log(`  node       runs; logs in ${nodeLogFolder}\n`);
  console.log(await kubectl(["get", "nodes"]));
  const columns =
    "NAMESPACE:.metadata.namespace,NAME:.metadata.name,PHASE:.status.phase,READY:.status.containerStatuses[*].ready,RESTARTS:.status.containerStatuses[*].restartCount";
  console.log(
    await kubectl(["get", "pods", "--all-namespaces", "-o", `custom-columns=${columns}`]),
  );
  if (!stackExists()) {
    console.log("  stack      not deployed; deploy it with `npm run demo`");
    return;
  }
  const found = await outputs();
  // Secrets stay out of a terminal: `pulumi stack output --show-secrets` prints them on purpose.
  const urls = Object.entries(found).filter(
    ([, value]) => typeof value === "string" && value.startsWith("http"),
  );
  if ("prometheusUrl" in found)
    console.log("  pages      `npm run ui` opens those of Prometheus and others");
  console.log(urls.map(([name, value]) => `  ${name.padEnd(18)} ${String(value)}`).join("\n"));
}
