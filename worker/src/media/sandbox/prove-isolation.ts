import { chmod, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { JobFailure } from "../../failure.ts";
import { createMediaTools, type Programs } from "../ffmpeg.ts";
import { dataLimit } from "../memory.ts";
import { isFilterArch, seccompFilter } from "./seccomp-filter.ts";
import { systemPaths } from "./system-paths.ts";
import { isolate, type Isolation, type Layer } from "./wrapper.ts";

/** Why a layer may be missing, and what to do. */
export const remedies = {
  death: "setpriv (util-linux) cannot be run: an encoder may outlive a worker that is killed",
  memory:
    "the kernel does not limit the memory of encoders: it takes prlimit (util-linux) and Linux 4.7; " +
    "a file that fills memory at once ends the worker",
  files:
    "files are not fenced off: it takes setpriv of util-linux 2.41 and a kernel with Landlock " +
    "(landlock in /sys/kernel/security/lsm); MEDIA_READS names folders that ffmpeg itself needs",
  calls:
    "system calls are not filtered: it takes setpriv of util-linux 2.41 and a kernel with seccomp",
} as const satisfies Record<Layer, string>;

interface MachineArgs {
  readonly programs: Omit<Programs, "wrapper" | "dataBytes">;
  readonly workDir: string;
  /** Media processes use a GPU. */
  readonly hasDevice: boolean;
  /** Further folders with programs and libraries. */
  readonly reads: readonly string[];
  /** The layers that are wanted. */
  readonly wanted: readonly Layer[];
}

/** Written whole, as workers of one machine may share the folder. */
async function writeFilter(path: string, hasDevice: boolean): Promise<void> {
  if (!isFilterArch(process.arch)) return;
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, seccompFilter(process.arch, hasDevice));
  await chmod(fresh, 0o444);
  await rename(fresh, path);
}

/** What ffprobe says when it opens the address; nothing when it succeeds. */
async function refusal(programs: Programs, address: string): Promise<string> {
  const args = ["-v", "error", "-f", "u8", "-i", address];
  const signal = AbortSignal.timeout(10_000);
  try {
    await createMediaTools(programs).run("ffprobe", args, { reads: [], signal });
    return "";
  } catch (error) {
    return error instanceof JobFailure ? (error.detail ?? "") : String(error);
  }
}

async function canRun(programs: Programs): Promise<boolean> {
  const signal = AbortSignal.timeout(10_000);
  try {
    await createMediaTools(programs).run("ffmpeg", ["-version"], { reads: [], signal });
    return true;
  } catch {
    return false;
  }
}

/** Nothing listens there; a process without sockets does not get so far. */
const nowhere = "tcp://127.0.0.1:1";

/** What a media process tries under one layer alone, and how it must fail. */
const trials = {
  death: () => Promise.resolve(true),
  // Nothing can start in a mebibyte.
  memory: async (programs, isolation) =>
    !(await canRun({ ...programs, wrapper: isolate({ ...isolation, dataBytes: 1024 ** 2 }) })),
  files: async (programs, { filterPath }) =>
    (await refusal(programs, `file:${filterPath}`)).includes("Permission denied"),
  calls: async (programs) => (await refusal(programs, nowhere)).includes("Operation not permitted"),
} as const satisfies Record<Layer, (programs: Programs, isolation: Isolation) => Promise<boolean>>;

/** What was proven of this machine. */
export interface Proven extends Pick<Programs, "wrapper" | "dataBytes"> {
  readonly layers: readonly Layer[];
}

/**
 * Isolation is proven, not declared: a media process tries under each layer what that layer must
 * stop. The wrapper has the layers that stopped it.
 */
export async function proveIsolation(args: MachineArgs): Promise<Proven> {
  const { programs, workDir, hasDevice, reads, wanted } = args;
  const filterPath = join(workDir, `media-calls${hasDevice ? "-device" : ""}.bpf`);
  await writeFilter(filterPath, hasDevice);
  const system = systemPaths(hasDevice, reads);
  const dataBytes = dataLimit(programs.memoryBytes);
  const holds = async (layer: Layer): Promise<boolean> => {
    const isolation = { system, dataBytes, filterPath, layers: [layer] };
    const wrapped = { ...programs, dataBytes: undefined, wrapper: isolate(isolation) };
    return (await canRun(wrapped)) && trials[layer](wrapped, isolation);
  };
  const held = await Promise.all(wanted.map(holds));
  const proven = wanted.filter((_, index) => held[index]);
  const wrapper = isolate({ system, dataBytes, filterPath, layers: proven });
  return {
    layers: proven,
    wrapper: proven.length === 0 ? () => [] : wrapper,
    dataBytes: proven.includes("memory") ? dataBytes : undefined,
  };
}
