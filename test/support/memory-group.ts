import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A cgroup of the kernel that limits memory, as that of a container does. */
export interface MemoryGroup {
  /** Words before a command that has it run in the group. */
  readonly enter: readonly string[];
  /** Only once its last process has ended. */
  readonly remove: () => void;
}

/** Makes a group of at most so many bytes at the root of the hierarchy; takes root and a writable cgroup v1 or v2. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup {
  const unified = existsSync("/sys/fs/cgroup/cgroup.controllers");
  const root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  if (unified) writeFileSync(join(root, "cgroup.subtree_control"), "+memory");
  const folder = join(root, `framewright-test-${process.pid}-${Date.now()}`);
  mkdirSync(folder);
  const limit = unified ? "memory.max" : "memory.limit_in_bytes";
  writeFileSync(join(folder, limit), String(limitBytes));
  const procs = join(folder, "cgroup.procs");
  return {
    enter: ["sh", "-c", 'echo $$ > "$0" && exec "$@"', procs],
    remove: () => {
      rmdirSync(folder);
    },
  };
}
