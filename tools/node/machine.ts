/**
 * Runs as the first real process of the node's own namespaces (processes, mounts, network): prepares
 * them, starts the components in order, starts again what ends, and stops all on SIGTERM. When it is
 * killed, the kernel ends everything in its process namespace and takes mounts and interfaces with it.
 */
import { execFileSync } from "node:child_process";
import { createServer as createSocketServer, connect } from "node:net";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { carry } from "./carry.ts";
import { inside, nodeIp, nodeName, podLogsFolder } from "./addresses.ts";
import type { Component } from "./components.ts";
import { Supervisor } from "./supervisor.ts";

/** What start.ts hands over, as a file. */
export interface MachinePlan {
  readonly stateFolder: string;
  readonly logFolder: string;
  /** Folders (ending in `/.`) and files that make up the CNI plugins. */
  readonly cniPlugins: readonly string[];
  readonly components: readonly Component[];
  /** Ports of the node that the host's forwarder reaches through sockets in the state folder. */
  readonly carriedPorts: readonly { readonly host: number; readonly node: number }[];
  readonly path: string;
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
}

function prepareMounts(plan: MachinePlan): void {
  run("mount", "--make-rshared", "/");
  run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run");
  mkdirSync(inside);
  run("mount", "--bind", plan.stateFolder, inside);
  run("mount", "--make-rshared", inside);
  // The kubelet, the CNI library and Calico write to fixed folders in /var/lib; what they write there
  // goes to a layer that ends with the node.
  const layer = ["/run/var-lib/changes", "/run/var-lib/work"] as const;
  for (const folder of layer) mkdirSync(folder, { recursive: true });
  const options = `lowerdir=/var/lib,upperdir=${layer[0]},workdir=${layer[1]}`;
  run("mount", "-t", "overlay", "overlay", "-o", options, "/var/lib");
  // The kubelet links its logs under this fixed path.
  run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/var/log");
  // Where agents look for the lines of pods on every node; on disk, since they may be large.
  const lines = `${inside}/pod-logs`;
  mkdirSync(lines, { recursive: true, mode: 0o750 });
  mkdirSync(podLogsFolder);
  run("mount", "--bind", lines, podLogsFolder);
  const cniBin = `${inside}/cni-bin`;
  rmSync(cniBin, { recursive: true, force: true });
  mkdirSync(cniBin);
  for (const source of plan.cniPlugins) run("cp", "-rL", source, cniBin);
}

function prepareNetwork(): void {
  run("hostname", nodeName);
  run("ip", "link", "set", "lo", "up");
  // The node's own address is on one end of a wire that leads nowhere: it does not change with the
  // machine's. (A dummy interface would do, where the kernel has them.)
  run("ip", "link", "add", "node0", "type", "veth", "peer", "name", "node1");
  run("ip", "link", "set", "node1", "up");
  run("ip", "addr", "add", `${nodeIp}/32`, "dev", "node0");
  run("ip", "link", "set", "node0", "up");
  run("ip", "route", "add", "default", "dev", "node0", "src", nodeIp);
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
}

/** Carries a port of the node to a socket file, which the machine's side reaches across the namespace. */
function carryPort(port: { host: number; node: number }): void {
  const file = `${inside}/ports/${port.host}`;
  rmSync(file, { force: true });
  const server = createSocketServer({ allowHalfOpen: true }, (client) => {
    carry(client, () => connect({ host: nodeIp, port: port.node, allowHalfOpen: true }));
  });
  server.listen(file);
}

function readPlan(file: string): MachinePlan {
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- start.ts wrote it a moment ago, from this type
  const plan: MachinePlan = JSON.parse(readFileSync(file, "utf8"));
  return plan;
}

async function main(planFile: string): Promise<void> {
  const plan = readPlan(planFile);
  prepareMounts(plan);
  prepareNetwork();
  mkdirSync(`${inside}/ports`, { recursive: true });
  plan.carriedPorts.forEach(carryPort);
  const supervisor = new Supervisor(plan.logFolder, plan.path);
  const stop = (): void => {
    void supervisor.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  for (const component of plan.components) await supervisor.start(component);
  console.log("node: all components started");
}

const [planFile] = process.argv.slice(2);
if (planFile === undefined) throw new Error("usage: machine.ts PLAN.json");
await main(planFile);
