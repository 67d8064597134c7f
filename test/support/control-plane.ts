import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../tools/services/free-port.ts";
import { makeCertificates, writeKubeconfig } from "./control-plane/authority.ts";
import {
  apiServer,
  controllerManager,
  etcd,
  scheduler,
  type Program,
} from "./control-plane/programs.ts";

/** A real Kubernetes API with its controllers, on loopback, without any node: pods stay where a test puts them. */
export interface ControlPlane {
  /** Path of a kubeconfig with a client certificate of the cluster's administrator. */
  kubeconfig: string;
  /** Folder of all its data and logs. */
  folder: string;
  kubectl(...args: string[]): string;
  kubectlWithInput(input: string, ...args: string[]): string;
  stop(): Promise<void>;
}

const startTimeoutMs = 180_000;
const stopTimeoutMs = 5_000;

/** Folder of the binaries built from Go modules. */
export function binaries(): string {
  const built = path.resolve(import.meta.dirname, "../../.framewright/bin");
  const folder = process.env["FRAMEWRIGHT_BIN"] ?? built;
  const needed = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "pulumi",
    "plugins/pulumi-resource-kubernetes",
  ];
  const missing = needed.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length === 0) return folder;
  throw new Error(
    `${folder} lacks ${missing.join(", ")}: run the set-up (npm test does), or set FRAMEWRIGHT_BIN to a folder that has them`,
  );
}

/** The processes of one control plane; each writes its log into the folder. */
class Processes {
  readonly #folder: string;
  readonly #running: { name: string; child: ChildProcess }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  start({ name, args }: Program): void {
    const log = openSync(path.join(this.#folder, `${name}.log`), "a");
    // A test runner that is killed takes its control plane with it.
    const command = ["--pdeathsig", "KILL", path.join(binaries(), name), ...args];
    const child = spawn("setpriv", command, { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#running.push({ name, child });
  }

  /** Throws with the end of the log if one of them has ended. */
  assertAlive(): void {
    const dead = this.#running.find(
      ({ child }) => child.exitCode !== null || child.signalCode !== null,
    );
    if (dead === undefined) return;
    const log = readFileSync(path.join(this.#folder, `${dead.name}.log`), "utf8");
    throw new Error(`${dead.name} ended:\n${log.slice(-2000)}`);
  }

  async stop(): Promise<void> {
    const ended = this.#running
      .toReversed()
      .map(({ child }) => new Promise((resolve) => child.once("exit", resolve)));
    for (const { child } of this.#running) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(stopTimeoutMs)]);
    for (const { child } of this.#running) if (child.exitCode === null) child.kill("SIGKILL");
  }

  killNow(): void {
    for (const { child } of this.#running) child.kill("SIGKILL");
  }
}

/** No nodes, so nothing that looks after them. */
const nodeControllers = ["nodeipam", "nodelifecycle", "cloud-node-lifecycle"];

/** Asks until there is an answer. */
async function untilAnswered(processes: Processes, ask: () => void): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    processes.assertAlive();
    try {
      ask();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error("the control plane did not become ready", { cause: error });
      await sleep(250);
    }
  }
}

/** Starts etcd, API server, controllers and scheduler on free ports in a new temporary folder. */
export async function startControlPlane(): Promise<ControlPlane> {
  const bin = binaries();
  const folder = mkdtempSync(
    path.join(os.tmpdir(), `control-plane-${randomBytes(3).toString("hex")}-`),
  );
  const address = "127.0.0.1";
  const ports = {
    ...{ api: await freePort(), etcd: await freePort(), peer: await freePort() },
    ...{ manager: await freePort(), scheduler: await freePort() },
  };
  const layout = { folder, address, ports };
  const authority = makeCertificates(folder, address);
  const kubeconfig = writeKubeconfig(authority, `https://${address}:${ports.api.toString()}`);
  const processes = new Processes(folder);
  const killNow = (): void => {
    processes.killNow();
  };
  process.once("exit", killNow);
  const flags = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${path.join(folder, "kubectl")}`];
  const kubectlWithInput = (input: string, ...args: string[]): string =>
    execFileSync(path.join(bin, "kubectl"), [...flags, ...args], {
      input,
      encoding: "utf8",
      maxBuffer: 64 * 2 ** 20,
      stdio: ["pipe", "pipe", "pipe"],
    });
  const kubectl = (...args: string[]): string => kubectlWithInput("", ...args);
  const stop = async (): Promise<void> => {
    await processes.stop();
    process.off("exit", killNow);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    processes.start(etcd(layout));
    processes.start(apiServer(layout));
    await untilAnswered(processes, () => kubectl("get", "--raw", "/readyz"));
    // The controllers end when the API does not answer within ten seconds, which a busy machine may take.
    processes.start(controllerManager(layout, nodeControllers));
    processes.start(scheduler(layout));
    await untilAnswered(processes, () =>
      kubectl("get", "serviceaccount", "default", "--namespace=default"),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, folder, kubectl, kubectlWithInput, stop };
}
