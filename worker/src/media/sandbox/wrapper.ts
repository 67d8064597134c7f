/** What one media process may open, beside what every one needs. */
export interface Access {
  /** Files that are read, beside what comes through stdin. */
  readonly reads: readonly string[];
  /** Folders in which files are made, written, renamed and removed. */
  readonly writes?: readonly string[];
}

/** Words put before the command of a media process. */
export type Wrapper = (access: Access) => readonly string[];

/** What takes something away from a media process: its life after the worker's, memory, files, system calls. */
export const layers = ["death", "memory", "files", "calls"] as const;
export type Layer = (typeof layers)[number];

/** A path of the machine that every media process opens, and how. */
export interface SystemPath {
  readonly path: string;
  readonly access: "program" | "read" | "readFile" | "device" | "devices";
}

const rights = {
  program: "execute,read-file,read-dir",
  read: "read-file,read-dir",
  readFile: "read-file",
  device: "read-file,write-file",
  devices: "read-file,write-file,read-dir",
  output: "read-file,read-dir,write-file,truncate,make-reg,remove-file",
} as const;

function rule(access: keyof typeof rights, path: string): string[] {
  return ["--landlock-rule", `path-beneath:${rights[access]}:${path}`];
}

export interface Isolation {
  readonly layers: readonly Layer[];
  readonly system: readonly SystemPath[];
  /** Memory that the process gets from the kernel. */
  readonly dataBytes: number;
  /** The file with the seccomp filter. */
  readonly filterPath: string;
}

function fileArgs(system: readonly SystemPath[], { reads, writes = [] }: Access): string[] {
  return [
    ...["--landlock-access", "fs"],
    ...system.flatMap(({ access, path }) => rule(access, path)),
    ...reads.flatMap((path) => rule("readFile", path)),
    ...writes.flatMap((path) => rule("output", path)),
  ];
}

/**
 * Of each thread, as glibc gives where no limit says otherwise: 8 MiB are the usual limit, all of which
 * counts as data. A fourth of it is the room for arguments.
 */
const stackBytes = 2 * 1024 ** 2;

function memoryArgs(dataBytes: number): string[] {
  return ["prlimit", `--data=${dataBytes}`, `--stack=${stackBytes}`];
}

/**
 * The kernel kills the process when the worker dies, even by SIGKILL, and gives it no more memory than
 * this; it opens what it is given and nothing else (Landlock); it makes only the system calls that
 * encoding needs (seccomp).
 */
export function isolate(isolation: Isolation): Wrapper {
  const { layers: on, system, dataBytes, filterPath } = isolation;
  return (access) => [
    ...(on.includes("memory") ? memoryArgs(dataBytes) : []),
    ...["setpriv", "--pdeathsig", "KILL", "--no-new-privs"],
    ...(on.includes("files") ? fileArgs(system, access) : []),
    ...(on.includes("calls") ? ["--seccomp-filter", filterPath] : []),
    "--",
  ];
}
