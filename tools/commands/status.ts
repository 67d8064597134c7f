import { parseArgs } from "node:util";
import { nodeLogFolder } from "../node/addresses.ts";
import { kubectl, nodeRuns } from "../node/start.ts";
import { outputs, stackExists } from "../stack.ts";
import { watch } from "../status/watch.ts";

export const usage = `npm run status [-- --watch [--seconds N]]

Shows the node, its pods and the addresses of the stack \`local\`.

  --watch        shows the main figures instead, again and again until Ctrl-C: jobs that wait by class, jobs that run, workers,
                 the share that succeeded, in what time 95 % could be played, alerts. They are Prometheus' where monitoring is
                 on, else the API's own. A terminal shows one screen; a file or a pipe gets a line each time
  --seconds N    between two looks; 5 unless stated`;

const fewestSeconds = 1;

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= fewestSeconds) return seconds;
  throw new Error(`--seconds is "${text}"; it must be a number of at least ${fewestSeconds}`);
}

/** Prints the node, the stack, the workloads and the endpoints, or follows the main figures. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { watch: { type: "boolean" }, seconds: { type: "string", default: "5" } },
  });
  const seconds = secondsOf(values.seconds);
  if (!nodeRuns()) {
    console.log("  node       does not run; start it with `npm run demo`");
    return;
  }
  if (values.watch === true) {
    const { stdout } = process;
    await watch({ seconds, isScreen: stdout.isTTY, write: (text) => stdout.write(text) });
  }
  await show();
}

async function show(): Promise<void> {
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
