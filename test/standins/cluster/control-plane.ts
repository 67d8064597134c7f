import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { binaries } from "../../support/control-plane.ts";
import { makeCertificates, writeKubeconfig } from "../../support/control-plane/authority.ts";
import {
  apiServer,
  controllerManager,
  etcd,
  scheduler,
  type Layout,
  type Program,
} from "../../support/control-plane/programs.ts";
import { endpointOf, freeAddress } from "./address.ts";
import type { Api } from "./api/api.ts";
import type { ClusterFolder } from "./folder.ts";
import type { Cloud } from "./pools/pool.ts";
import { assertAlive, type Command, type Recorded } from "./processes.ts";

const startTimeoutMs = 90_000;
const tokenFile = "tokens.csv";

/** GKE tolerates its GPU taint on behalf of pods that ask for a GPU; EKS leaves it to them. */
const admission = {
  gke: ["--enable-admission-plugins=ExtendedResourceToleration"],
  eks: [],
} as const satisfies Record<Cloud, readonly string[]>;

/** Controllers of the nodes' network and of attached disks: nodes that are not there have neither. */
const off = ["nodeipam", "cloud-node-lifecycle", "persistentvolume-attach-detach-controller"];

/** As managed clusters have it; the defaults would let large clusters wait for their own scheduler. */
const rates = ["--kube-api-qps=500", "--kube-api-burst=1000"];
/** Nodes here say once that they are ready, and mean it. */
const patience = ["--node-monitor-grace-period=24h"];

/** Makes a new cluster's folder: certificates, a token of its administrator, an address. */
export async function layOut(folder: ClusterFolder): Promise<Layout> {
  mkdirSync(folder.path, { recursive: true });
  for (const old of ["etcd", "begun.json", "born.json"]) {
    rmSync(folder.file(old), { recursive: true, force: true });
  }
  const layout = { folder: folder.path, ...(await freeAddress()) };
  const authority = makeCertificates(folder.path, layout.address);
  const endpoint = endpointOf(layout);
  writeKubeconfig(authority, endpoint);
  const token = randomBytes(24).toString("base64url");
  const line = `${token},cloud-user,cloud-user,"system:masters"\n`;
  writeFileSync(folder.file(tokenFile), line, { mode: 0o600 });
  folder.writeAccess({ endpoint, caCertificate: authority.base64("ca.crt"), token });
  return layout;
}

function programs(layout: Layout, cloud: Cloud): Program[] {
  const tokens = `--token-auth-file=${path.join(layout.folder, tokenFile)}`;
  return [
    etcd(layout),
    apiServer(layout, [tokens, ...admission[cloud]]),
    controllerManager(layout, off, [...rates, ...patience]),
    scheduler(layout, rates),
  ];
}

/** The commands of a control plane, by name, in the order in which they start. */
export function controlPlaneCommands(layout: Layout, cloud: Cloud): Map<string, Command> {
  const bin = binaries();
  return new Map(
    programs(layout, cloud).map(({ name, args }) => [name, [path.join(bin, name), ...args]]),
  );
}

/** Waits until the API answers and the controllers have made a namespace usable. */
export async function untilReady(
  api: Api,
  processes: readonly Recorded[],
  folder: string,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    assertAlive(processes, folder);
    try {
      await api.text("/readyz");
      await api.get("/api/v1/namespaces/default/serviceaccounts/default");
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`the cluster in ${folder} did not become ready`, { cause: error });
      }
      await sleep(200);
    }
  }
}
