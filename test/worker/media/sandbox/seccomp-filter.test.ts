import { describe, expect, it } from "vitest";
import { deniedCalls } from "../../../../worker/src/media/sandbox/calls.ts";
import {
  seccompFilter,
  type FilterArch,
} from "../../../../worker/src/media/sandbox/seccomp-filter.ts";

const architectures = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

interface Call {
  readonly number: number;
  readonly args?: readonly number[];
  readonly architecture?: number;
}

/** Runs the filter as the kernel does (seccomp_check_filter allows no more than this). */
function run(
  filter: Buffer,
  { number, args = [], architecture = architectures.x64 }: Call,
): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(architecture, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let held = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const value = filter.readUInt32LE(at + 4);
    const jump = (yes: boolean): number => 8 * filter.readUInt8(at + (yes ? 2 : 3));
    switch (filter.readUInt16LE(at)) {
      case 0x20:
        held = data.readUInt32LE(value);
        break;
      case 0x15:
        at += jump(held === value);
        break;
      case 0x35:
        at += jump(held >= value);
        break;
      case 0x45:
        at += jump((held & value) !== 0);
        break;
      case 0x06:
        return { 0x7fff0000: "allowed", 0x50001: "EPERM", 0x50026: "ENOSYS" }[value] ?? "killed";
      default:
        throw new Error(`no such instruction at ${at}`);
    }
  }
  throw new Error("the filter has no end");
}

const x64 = seccompFilter("x64", false);

describe("the filter of system calls", () => {
  it.each<[string, Call, string]>([
    ["read", { number: 0 }, "allowed"],
    ["openat", { number: 257 }, "allowed"],
    ["execve, which setpriv still needs", { number: 59 }, "allowed"],
    ["ptrace", { number: 101 }, "EPERM"],
    ["kill", { number: 62, args: [1, 9] }, "EPERM"],
    ["a TCP socket", { number: 41, args: [2, 1] }, "EPERM"],
    ["a socket of the machine", { number: 41, args: [1, 1] }, "EPERM"],
    ["a pair of sockets", { number: 53, args: [1, 1] }, "allowed"],
    ["a thread", { number: 56, args: [0x3d0f00] }, "allowed"],
    ["a process", { number: 56, args: [0x1200011] }, "EPERM"],
    ["clone3, for which glibc has clone", { number: 435 }, "ENOSYS"],
    ["own limits", { number: 302, args: [0, 7] }, "allowed"],
    ["another's limits", { number: 302, args: [1, 7] }, "EPERM"],
    ["a thread's name", { number: 157, args: [15, 4096] }, "allowed"],
    ["death with the worker", { number: 157, args: [1, 9] }, "allowed"],
    ["life without the worker", { number: 157, args: [1, 0] }, "EPERM"],
    ["a lock on a file", { number: 72, args: [3, 6] }, "allowed"],
    ["signals from a file", { number: 72, args: [3, 8, 1] }, "EPERM"],
    ["a call to a driver", { number: 16, args: [3, 0xc020462a] }, "allowed"],
    ["typing into a terminal", { number: 16, args: [0, 0x5412] }, "EPERM"],
    ["x32's ptrace", { number: 0x40000000 + 521 }, "ENOSYS"],
    ["a call of 32 bits", { number: 26, architecture: 0x4000_0003 }, "killed"],
  ])("%s", (_title, call, end) => {
    expect(run(x64, call)).toBe(end);
  });

  it("lets drivers of a device speak to services of the machine, and to no others", () => {
    const filter = seccompFilter("x64", true);
    expect(run(filter, { number: 41, args: [1, 1] })).toBe("allowed");
    expect(run(filter, { number: 41, args: [2, 1] })).toBe("EPERM");
    expect(run(filter, { number: 41, args: [16, 3] })).toBe("EPERM");
  });

  it.each<FilterArch>(["x64", "arm64"])("denies every listed call on %s", (arch) => {
    const architecture = architectures[arch];
    const filter = seccompFilter(arch, false);
    for (const [name, call] of Object.entries(deniedCalls)) {
      if (!(arch in call)) continue;
      const number = (call as Record<string, number>)[arch] ?? -1;
      expect([name, run(filter, { number, architecture })]).toEqual([name, "EPERM"]);
    }
    // sched_getaffinity, getrandom, clock_gettime, futex, mmap of each.
    const needed = { x64: [204, 318, 228, 202, 9], arm64: [123, 278, 113, 98, 222] };
    for (const number of needed[arch])
      expect(run(filter, { number, architecture })).toBe("allowed");
  });

  it("fits what the kernel takes", () => {
    expect(seccompFilter("arm64", true).length / 8).toBeLessThan(4096);
  });
});
