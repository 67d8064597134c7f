import { setTimeout as sleep } from "node:timers/promises";
import { exec, ExecError, interruptCommands } from "../exec.ts";
import { kubectl, kubectlCommand, nodeRuns } from "../node/start.ts";
import { pages, type Page } from "../pages.ts";

export const usage = `npm run ui

Opens the pages of what looks after the stack (${Object.keys(pages).join(", ")}) on this machine's loopback, as long as it runs; those
that are not deployed are left out. They know no passwords: nothing but this command opens them.`;

async function isDeployed({ namespace, service }: Page): Promise<boolean> {
  const found = await kubectl([
    "-n",
    namespace,
    "get",
    "service",
    service,
    "--ignore-not-found",
    "-o",
    "name",
  ]);
  return found.trim() !== "";
}

function isLost({ output }: ExecError): boolean {
  return /lost connection to pod|pod is not running|no pods|unable to forward port/i.test(output);
}

/** Forwards until it is ended; a pod that is replaced ends the connection, and it connects anew. */
async function forward(name: string, { namespace, service, port }: Page): Promise<never> {
  const { command, args } = kubectlCommand([
    ...["-n", namespace, "port-forward", `service/${service}`],
    `${port}:${port}`,
  ]);
  for (;;) {
    try {
      await exec(command, args);
    } catch (error) {
      // Anything else, as a port that is taken, would be the same the next time.
      if (!(error instanceof ExecError) || !isLost(error)) throw error;
      console.log(`  ${name.padEnd(14)} its pod is gone; connecting again`);
      await sleep(2000);
    }
  }
}

export async function run(): Promise<void> {
  if (!nodeRuns()) {
    throw new Error("The node does not run; start it with `npm run up -- --full`");
  }
  const deployed: [string, Page][] = [];
  for (const [name, page] of Object.entries(pages)) {
    if (await isDeployed(page)) deployed.push([name, page]);
  }
  if (deployed.length === 0) {
    throw new Error(
      "Nothing is deployed that has a page; `npm run up -- --with monitoring` deploys Prometheus",
    );
  }
  for (const [name, { port, what }] of deployed) {
    console.log(`  ${name.padEnd(14)} http://127.0.0.1:${port}  ${what}`);
  }
  console.log("  Ctrl-C closes them.");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interruptCommands();
      process.exit(0);
    });
  }
  await Promise.all(deployed.map(([name, page]) => forward(name, page)));
}
