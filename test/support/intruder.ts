import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argumentRules, deniedCalls } from "../../worker/src/media/sandbox/calls.ts";
import { isFilterArch } from "../../worker/src/media/sandbox/seccomp-filter.ts";
import type { Layer } from "../../worker/src/media/sandbox/wrapper.ts";

/** What a media process must do, and what {@link intruder} tries beside it: with each, what stops it. */
export const attempts: Readonly<Record<string, readonly Layer[]>> = {
  "read own source": [],
  "write own output": [],
  "rename own output": [],
  "read the worker's environment": ["files"],
  "open the worker's memory": ["files"],
  "list the worker's open files": ["files"],
  "read the worker's address space": ["files"],
  "read the worker's sources": ["files"],
  "read /etc/passwd": ["files"],
  "read another attempt's source": ["files"],
  "list the attempts": ["files"],
  "read mounted secrets": ["files"],
  "write own source": ["files"],
  "write another attempt's source": ["files"],
  "write beside the output": ["files"],
  "write to /tmp": ["files"],
  "link another attempt's source": ["files"],
  "move the output away": ["files"],
  "change another attempt's mode": ["calls"],
  "connect to a loopback port": ["calls"],
  "make a TCP socket": ["calls"],
  "make a UDP socket": ["calls"],
  "make an IPv6 socket": ["calls"],
  "make a socket of this machine": ["calls"],
  "make a netlink socket": ["calls"],
  "signal the worker": ["calls"],
  "trace the worker": ["files", "calls"],
  "read the worker's memory": ["files", "calls"],
  "hold the worker by a descriptor": ["calls"],
  "change the worker's limits": ["calls"],
  "have a file signal the worker": ["calls"],
  "outlive the worker": ["calls"],
  "make a ring of calls": ["calls"],
  "load a program into the kernel": ["calls"],
  "make namespaces": ["calls"],
  "start a process": ["calls"],
};

export interface IntruderArgs {
  /** What it may read and where it may write. */
  readonly source: string;
  readonly output: string;
  /** What it must not reach: a file of another attempt, the folder of all, code, a folder of secrets, a port. */
  readonly other: string;
  readonly attempts: string;
  readonly code: string;
  readonly secrets: string;
  readonly port: number;
  /** Process id of the worker, where that is not the parent. */
  readonly worker?: number;
}

function callNumbers(): string[] {
  const { arch } = process;
  if (!isFilterArch(arch)) throw new Error(`no system calls are known for ${arch}`);
  const names = ["socket", "prlimit64", "clone", "prctl", "fcntl", "ioctl"];
  const ruled = argumentRules(false).map(({ call }, index) => [names[index] ?? "", call] as const);
  return [...Object.entries(deniedCalls), ...ruled].flatMap(([name, call]) =>
    arch in call ? [`nr.${name}=${String((call as Record<string, number>)[arch])}`] : [],
  );
}

/** Arguments of perl for a program that tries all of {@link attempts} and prints how each ended. */
export function intruder(args: IntruderArgs): string[] {
  const script = readFileSync(join(import.meta.dirname, "intruder.pl"), "utf8");
  const places = Object.entries(args).map(([name, value]) => `${name}=${value}`);
  return ["-e", script, ...places, ...callNumbers()];
}

/** What it reached, and what it was given. */
export interface Spoils {
  readonly reached: readonly string[];
  readonly environment: readonly string[];
  readonly descriptors: readonly string[];
}

export function readSpoils(text: string): Spoils {
  const lines = text.split("\n");
  const listOf = (name: string): string[] =>
    (lines.find((line) => line.startsWith(`${name} `)) ?? "")
      .slice(name.length + 1)
      .split(",")
      .filter((one) => one !== "");
  const reached = Object.keys(attempts).filter((name) => lines.includes(`${name} yes`));
  return { reached, environment: listOf("environment"), descriptors: listOf("descriptors") };
}

/** What is reached where only these layers stand in the way. */
export function withinReach(layers: readonly Layer[]): string[] {
  return Object.entries(attempts)
    .filter(([, stoppers]) => !stoppers.some((layer) => layers.includes(layer)))
    .map(([name]) => name);
}
