import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { exec, succeeds } from "../../../tools/exec.ts";
import {
  cgroupName,
  hostPorts,
  machinePidFile,
  nodeFolder,
  stateFolder,
} from "../../../tools/node/addresses.ts";
import { childOf, remembered } from "../../../tools/node/processes.ts";
import { cache, own, root } from "../../../tools/paths.ts";
import { readOr } from "../../../tools/steps.ts";

const kinds = ["pid", "net", "mnt", "uts", "ipc"] as const;

/** What identifies a running node to the kernel; nothing of it may be there when the node is gone. */
export interface NodeTraces {
  /** Namespaces, as the kernel names them: `pid:[4026532281]`. */
  readonly namespaces: readonly string[];
  /** When the node was first started: what it made is not older. Milliseconds since 1970. */
  readonly since: number;
}

function namespacesOf(pid: number | string): string[] {
  return kinds.flatMap((kind) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/${kind}`)];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/** Notes down what the node is, while it still runs. */
export function tracesOfNode(): NodeTraces {
  const machine = remembered(machinePidFile);
  const init = machine === undefined ? undefined : childOf(machine);
  if (init === undefined) throw new Error("The node does not run. Start it with `npm run up`.");
  const shared = new Set(namespacesOf("self"));
  const namespaces = namespacesOf(init).filter((name) => !shared.has(name));
  if (namespaces.length !== kinds.length) {
    throw new Error(`The node has only ${namespaces.join(", ")} of its own`);
  }
  const since = statSync(stateFolder).birthtimeMs;
  return { namespaces, since };
}

function processes({ namespaces }: NodeTraces): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const inside = namespacesOf(pid).some((name) => namespaces.includes(name));
      const inCgroup = readOr(`/proc/${pid}/cgroup`, "").includes(cgroupName);
      return inside || inCgroup;
    })
    .map((pid) => `process ${pid} ${readOr(`/proc/${pid}/cmdline`, "").replaceAll("\0", " ")}`);
}

/** Namespaces live on as bind mounts too. */
function mounts({ namespaces }: NodeTraces): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => [own, nodeFolder, ...namespaces].some((text) => line.includes(text)))
    .map((line) => `mount ${line}`);
}

/** Below the root of each hierarchy, or where a container that holds the machine has its own root. */
function cgroups(): string[] {
  const base = "/sys/fs/cgroup";
  return ["", ...readdirSync(base)]
    .map((name) => join(base, name, cgroupName))
    .filter(existsSync)
    .map((name) => `cgroup ${name}`);
}

/** The lines of a command that lists what the kernel has; who lacks the command has nothing to list. */
async function listOf(command: string, ...args: readonly string[]): Promise<string[]> {
  if (!(await succeeds("sh", ["-c", `command -v ${command}`]))) return [];
  return (await exec(command, args)).split("\n");
}

async function network(): Promise<string[]> {
  const links = await listOf("ip", "-oneline", "link");
  const rules = await Promise.all([
    listOf("iptables-save"),
    listOf("ip6tables-save"),
    listOf("ipset", "list", "-name"),
  ]);
  const routes = await listOf("ip", "route", "show", "table", "all");
  return [
    ...links.filter((line) => /: (cali|node[01]|veth)/.test(line)).map((line) => `link ${line}`),
    ...rules
      .flat()
      .filter((line) => /cali|KUBE-/.test(line))
      .map((line) => `rule ${line}`),
    ...routes.filter((line) => /10\.21[789]\./.test(line)).map((line) => `route ${line}`),
  ];
}

async function ports(): Promise<string[]> {
  const open = await Promise.all(
    hostPorts.map((port) => {
      const { promise, resolve } = Promise.withResolvers<string[]>();
      const socket = connect({ host: "127.0.0.1", port }, () => {
        socket.destroy();
        resolve([`port ${port} is open`]);
      });
      socket.on("error", () => {
        resolve([]);
      });
      return promise;
    }),
  );
  return open.flat();
}

/** Folders in which Kubernetes, its network and its runtime keep their things on an ordinary node. */
const systemFolders = [
  ...["/etc/cni", "/etc/kubernetes", "/etc/containerd", "/etc/calico", "/opt/cni"],
  ...["/run/calico", "/run/containerd", "/run/containers", "/run/framewright", "/run/kubernetes"],
  ...["/run/netns", "/run/flannel", "/run/xtables.lock", "/usr/libexec/kubernetes"],
  ...["/var/lib/calico", "/var/lib/cni", "/var/lib/containerd", "/var/lib/containers"],
  ...["/var/lib/etcd", "/var/lib/kubelet", "/var/lib/kube-proxy", "/var/lib/rancher"],
  ...["/var/log/calico", "/var/log/containers", "/var/log/pods"],
  ...[".kube", ".pulumi", ".config/pulumi", ".local/share/containers"].map((name) =>
    join(homedir(), name),
  ),
];

/** What was made below a folder since then; what another cluster of the machine keeps there is older. */
function newer(path: string, since: number): string[] {
  if (!existsSync(path)) return [];
  const entries = lstatSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name))
    : [];
  return [path, ...entries].filter((entry) => {
    const found = lstatSync(entry, { throwIfNoEntry: false });
    return found !== undefined && found.birthtimeMs > since;
  });
}

function files({ since }: NodeTraces): string[] {
  const made = systemFolders.flatMap((folder) => newer(folder, since));
  return [...made, ...(existsSync(nodeFolder) ? [nodeFolder] : [])]
    .filter((file) => !file.startsWith(cache))
    .map((file) => `file ${file.replace(`${root}/`, "")}`);
}

/** Everything of a node that is still there after its end, each as a line for a person. */
export async function leftoversOf(traces: NodeTraces): Promise<string[]> {
  return [
    ...processes(traces),
    ...mounts(traces),
    ...cgroups(),
    ...(await network()),
    ...(await ports()),
    ...files(traces),
  ];
}
