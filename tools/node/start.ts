import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { path } from "../env.ts";
import { exec, ExecError } from "../exec.ts";
import { unpackedFolder } from "../packages.ts";
import { binFolder, root } from "../paths.ts";
import { writeWhole } from "../steps.ts";
import {
  adminKubeconfig,
  apiServerPort,
  containerdSocket,
  contextName,
  hostPorts,
  nodePorts,
  kubectlCache,
  machinePidFile,
  nodeFolder,
  nodeLogFolder,
  stateFolder,
} from "./addresses.ts";
import { kubeconfig, makeCertificates } from "./certificates.ts";
import { makeCgroups } from "./cgroups.ts";
import {
  configFiles,
  forwarder,
  nodeComponents,
  pauseImage,
  seccompProfiles,
  type Programs,
} from "./components.ts";
import type { MachinePlan } from "./machine.ts";
import { childOf, remember, remembered } from "./processes.ts";
import { rotate } from "./supervisor.ts";

const programs: Programs = { bin: binFolder, unpacked: unpackedFolder };
const planFile = join(nodeFolder, "plan.json");
const startTimeoutMs = 120_000;

function components() {
  return [forwarder(join(root, "tools/node/forwarder.ts"), hostPorts), ...nodeComponents(programs)];
}

function writeConfigs(): void {
  for (const [name, content] of Object.entries(configFiles(programs))) {
    writeWhole(join(stateFolder, "config", name), content);
  }
  for (const name of [
    "controller-manager",
    "scheduler",
    "kubelet",
    "kube-proxy",
    "calico",
  ] as const) {
    const content = kubeconfig(name, "https://127.0.0.1:6443", "node");
    writeWhole(join(stateFolder, "config", `${name}.kubeconfig`), content, 0o600);
  }
  for (const [name, source] of Object.entries(seccompProfiles)) {
    const profile = readFileSync(join(root, source), "utf8");
    writeWhole(join(stateFolder, "kubelet/seccomp", name), profile);
  }
  const outside = kubeconfig("admin", `https://127.0.0.1:${apiServerPort}`, contextName);
  writeWhole(adminKubeconfig, outside, 0o600);
  const plan: MachinePlan = {
    stateFolder,
    logFolder: nodeLogFolder,
    cniPlugins: [`${unpackedFolder}/usr/lib/cni/.`, join(binFolder, "calico")],
    components: components(),
    carriedPorts: [
      { host: apiServerPort, node: 6443 },
      ...nodePorts.map((port) => ({ host: port, node: port })),
    ],
    path: `${unpackedFolder}/usr/bin:${unpackedFolder}/usr/sbin:${path}`,
  };
  writeWhole(planFile, JSON.stringify(plan, null, 2));
}

/** With the machine's network as its descriptor 3: the supervisor has the forwarder listen there. */
function detached(command: string, args: readonly string[], log: string): number {
  rotate(log);
  const output = openSync(log, "a");
  const network = openSync("/proc/self/ns/net", "r");
  const stdio = ["ignore", output, output, network] as const;
  const child = spawn(command, args, { cwd: root, detached: true, stdio: [...stdio] });
  closeSync(output);
  closeSync(network);
  child.unref();
  if (child.pid === undefined) throw new Error(`${command} did not start`);
  return child.pid;
}

const namespaces = ["--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--mount-proc"];

function startMachine(): void {
  for (const { name } of components()) rotate(join(nodeLogFolder, `${name}.log`));
  const machine = [process.execPath, join(root, "tools/node/machine.ts"), planFile];
  const init = [`${unpackedFolder}/usr/bin/tini`, "--", ...machine];
  const pid = detached(
    "unshare",
    [...namespaces, "--kill-child=SIGKILL", "--", ...init],
    join(nodeLogFolder, "machine.log"),
  );
  remember(machinePidFile, pid);
}

export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { command, args: all } = kubectlCommand(args);
  return exec(command, all, input === undefined ? {} : { input });
}

/** For what runs longer than a question. */
export function kubectlCommand(args: readonly string[]): {
  readonly command: string;
  readonly args: readonly string[];
} {
  const credentials = ["--kubeconfig", adminKubeconfig, "--cache-dir", kubectlCache];
  return { command: join(binFolder, "kubectl"), args: [...credentials, ...args] };
}

async function waitForApiServer(): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await kubectl(["get", "--raw", "/readyz"]);
      return;
    } catch (error) {
      if (remembered(machinePidFile) === undefined) {
        throw new Error(`The node ended while it started. Its log: ${nodeLogFolder}/machine.log`);
      }
      if (Date.now() > deadline) {
        const why = error instanceof ExecError ? error.output : String(error);
        throw new Error(
          `The node's API server does not answer after ${startTimeoutMs / 1000} s (logs: ${nodeLogFolder}): ${why}`,
        );
      }
      await sleep(200);
    }
  }
}

/** Starts the node's processes, or those of them that do not run. Returns false when all ran already. */
export async function startNode(): Promise<boolean> {
  mkdirSync(nodeLogFolder, { recursive: true });
  const machineRuns = remembered(machinePidFile) !== undefined;
  if (!machineRuns) {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    await makeCertificates();
    writeConfigs();
    makeCgroups();
    startMachine();
  }
  await waitForApiServer();
  return !machineRuns;
}

export function nodeRuns(): boolean {
  return remembered(machinePidFile) !== undefined && existsSync(adminKubeconfig);
}

/** The command that runs another one inside the node's namespaces. */
function insideNode(): string[] {
  const outer = remembered(machinePidFile);
  const init = outer === undefined ? undefined : childOf(outer);
  if (init === undefined) throw new Error("The node does not run. Start it with `npm run demo`.");
  return ["nsenter", "--target", String(init), "--mount", "--net", "--pid", "--"];
}

/** The command of containerd's client, talking to the node's containerd. */
export function ctrCommand(): string[] {
  return [...insideNode(), join(unpackedFolder, "usr/bin/ctr"), "--address", containerdSocket];
}

/** Gives the image that holds a pod's namespaces the fixed name under which containerd looks for it. */
export async function tagPauseImage(ref: string): Promise<void> {
  const [command = "ctr", ...first] = ctrCommand();
  await exec(command, [...first, "-n", "k8s.io", "images", "tag", "--force", ref, pauseImage]);
}
