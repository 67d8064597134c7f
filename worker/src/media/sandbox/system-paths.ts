import { existsSync, readdirSync, statSync } from "node:fs";
import type { SystemPath } from "./wrapper.ts";

/** Programs and libraries, what the loader and the C library read, and where noise comes from. */
const always: readonly SystemPath[] = [
  { path: "/usr", access: "program" },
  { path: "/etc/ld.so.cache", access: "readFile" },
  { path: "/sys/devices/system/cpu", access: "read" },
  { path: "/dev/null", access: "device" },
  { path: "/dev/zero", access: "device" },
  { path: "/dev/urandom", access: "readFile" },
];

const aboutMachine = ["cpuinfo", "devices", "meminfo", "modules", "stat", "version"];

/**
 * What drivers of NVIDIA's and of Mesa read of the machine: its devices and their own settings. Not
 * all of /proc, where Landlock does not close the environment of other processes.
 */
const forDevices: readonly SystemPath[] = [
  ...aboutMachine.map((name) => ({ path: `/proc/${name}`, access: "readFile" as const })),
  { path: "/proc/self", access: "read" },
  { path: "/proc/driver", access: "read" },
  { path: "/proc/sys", access: "read" },
  { path: "/sys", access: "read" },
  { path: "/run/nvidia-persistenced", access: "read" },
];

/** Device nodes of GPUs by their names in /dev. */
const gpuNode = /^(nvidia|dri$|kfd$)/;

function deviceNodes(): SystemPath[] {
  return readdirSync("/dev")
    .filter((name) => gpuNode.test(name))
    .map((name) => `/dev/${name}`)
    .map((path) => ({ path, access: statSync(path).isDirectory() ? "devices" : "device" }));
}

/** The paths that exist here: a rule for one that does not is an error for setpriv. */
export function systemPaths(hasDevice: boolean, further: readonly string[]): SystemPath[] {
  return [
    ...always,
    ...further.map((path) => ({ path, access: "program" as const })),
    ...(hasDevice ? [...forDevices, ...deviceNodes()] : []),
  ].filter(({ path }) => existsSync(path));
}
