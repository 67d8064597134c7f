import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
} from "node:fs";
import { exec, ExecError } from "./exec.ts";
import { imagePaths } from "./images/image-paths.ts";
import { machinePidFile } from "./node/addresses.ts";
import { remembered } from "./node/processes.ts";
import { builtFolder, cache, own } from "./paths.ts";
import { isFree } from "./services/free-port.ts";
import { user } from "./services/sandbox.ts";
import { readOr } from "./steps.ts";
import { asNamespaceUser } from "./user-namespace.ts";

/**
 * A first set-up took 20 GB, most of it what Go keeps of its builds, which is in the user's home. Later ones need room for
 * videos and databases, and for images that change.
 */
const neededDiskBytes = { first: 22e9, interrupted: 10e9, later: 5e9 } as const;

/** Programs are the first that a set-up makes, and images the last. */
function neededDisk(): number {
  if (existsSync(imagePaths.layout)) return neededDiskBytes.later;
  const hasBegun = existsSync(builtFolder);
  return hasBegun ? neededDiskBytes.interrupted : neededDiskBytes.first;
}

/** Something about the machine that the user has to change. All of them are told at once. */
class PreflightError extends Error {
  constructor(problems: readonly string[]) {
    super(`This machine is not ready:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

function notRoot(): string[] {
  if (process.getuid?.() === 0) return [];
  return ["You are not root. A Kubernetes node makes namespaces and mounts: run this with sudo."];
}

export function littleDisk(folder: string, needed = neededDisk()): string[] {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return [];
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  return [
    `Only ${gigabytes(free)} are free where ${folder} lies; ${gigabytes(needed)} are needed. ` +
      "Free some space, or set FRAMEWRIGHT_CACHE to a folder on a bigger disk.",
  ];
}

function socketInode(port: number): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const tables = readOr("/proc/net/tcp", "") + readOr("/proc/net/tcp6", "");
  const listening = tables
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(wanted) === true && fields[3] === "0A");
  return listening?.[9];
}

/** Descriptors and processes come and go while one looks: what is gone holds nothing. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}

function holds(pid: string, inode: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return orNothing(() => readdirSync(folder), []).some(
    (fd) => orNothing(() => readlinkSync(`${folder}/${fd}`), "") === `socket:[${inode}]`,
  );
}

/** The process that listens on a port, for a person. */
function holderOf(port: number): string {
  const inode = socketInode(port);
  const pid = readdirSync("/proc").find(
    (entry) => /^\d+$/.test(entry) && inode !== undefined && holds(entry, inode),
  );
  if (pid === undefined) return "another program";
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
  return `process ${pid} (${command.slice(0, 120)})`;
}

export async function takenPorts(ports: readonly number[]): Promise<string[]> {
  const problems: string[] = [];
  for (const port of ports) {
    if (await isFree(port)) continue;
    const holder = holderOf(port);
    const remedy = holder.includes("forwarder.ts")
      ? "It is the node of another clone: run `npm run down` there."
      : "Stop it; the node needs this port on the loopback.";
    problems.push(`Port ${port} is taken by ${holder}. ${remedy}`);
  }
  return problems;
}

async function noNamespaces(kinds: readonly string[]): Promise<string[]> {
  try {
    await exec("unshare", [...kinds, "--fork", "true"]);
    return [];
  } catch (error) {
    const why = error instanceof ExecError ? error.output.trim() : String(error);
    return [
      `New namespaces can't be made here (${why}). In a container, run it privileged; or bring your ` +
        "own cluster (docs/own-cluster.md).",
    ];
  }
}

/**
 * Checks what the set-up can't change. Throws {@link PreflightError} with everything that is wrong.
 *
 * @param ports that must be free on the loopback, unless this clone's own node holds them
 */
export async function preflight(ports: readonly number[]): Promise<void> {
  const root = notRoot();
  if (root.length > 0) throw new PreflightError(root);
  const nodeRuns = remembered(machinePidFile) !== undefined;
  const problems = [
    ...new Set([...littleDisk(cache), ...littleDisk(own)]),
    ...(await takenPorts(nodeRuns ? [] : ports)),
    ...(await noNamespaces(["--mount", "--net", "--pid", "--uts", "--ipc"])),
  ];
  if (problems.length > 0) throw new PreflightError(problems);
}

/** What `npm run dev` needs, which makes no node: services in namespaces that a user may make too. */
export async function preflightDev(): Promise<void> {
  const problems = await noNamespaces([...asNamespaceUser(user), "--mount", "--pid", "--ipc"]);
  if (problems.length > 0) throw new PreflightError(problems);
}
