import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { cgroupName } from "../../../tools/node/addresses.ts";
import { readOr } from "../../../tools/steps.ts";

/** A process in a pod of this clone's node, by its number on the machine. */
export interface PodProcess {
  readonly pid: number;
  readonly argv: readonly string[];
}

/** The cgroup tells our node's pods from whatever else runs on the machine under the same names. */
function podProcesses(): PodProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOr(`/proc/${pid}/cgroup`, "").includes(`/${cgroupName}/`))
    .map((pid) => ({ pid: Number(pid), argv: readOr(`/proc/${pid}/cmdline`, "").split("\0") }));
}

export function workerProcesses(): PodProcess[] {
  return podProcesses().filter(
    ({ argv: [program = "", script = ""] }) =>
      basename(program) === "node" && script.endsWith("worker/main.ts"),
  );
}

export function encoderProcesses(): PodProcess[] {
  return podProcesses().filter(({ argv: [program = ""] }) => basename(program) === "ffmpeg");
}

export function isAlive({ pid, argv }: PodProcess): boolean {
  return readOr(`/proc/${pid}/cmdline`, "").split("\0").join(" ") === argv.join(" ");
}
