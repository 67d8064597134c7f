import { argumentRules, deniedCalls, missingCalls, type ArgumentRule } from "./calls.ts";

/** AUDIT_ARCH_* of linux/audit.h. */
const architectures = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;

/** The processors that a filter can be made for. */
export type FilterArch = keyof typeof architectures;

export function isFilterArch(arch: string): arch is FilterArch {
  return arch in architectures;
}

const EPERM = 1;
const ENOSYS = 38;
const returns = { allow: 0x7fff_0000, error: 0x0005_0000, killProcess: 0x8000_0000 } as const;
/** x32's calls carry this bit and would pass a filter that only knows their other numbers. */
const x32Bit = 0x4000_0000;

interface Instruction {
  readonly code: number;
  readonly yes?: number;
  readonly no?: number;
  readonly value: number;
}

/** struct seccomp_data: number, architecture, instruction pointer, six arguments of 8 bytes. */
const numberAt = 0;
const architectureAt = 4;
const argumentAt = (index: number): number => 16 + 8 * index;

const load = (offset: number): Instruction => ({ code: 0x20, value: offset });
const end = (value: number): Instruction => ({ code: 0x06, value });
const deny = (errno = EPERM): Instruction => end(returns.error | errno);
type Test = (value: number, yes: number, no: number) => Instruction;
const ifEqual: Test = (value, yes, no) => ({ code: 0x15, value, yes, no });
const ifAtLeast: Test = (value, yes, no) => ({ code: 0x35, value, yes, no });
const ifBits: Test = (value, yes, no) => ({ code: 0x45, value, yes, no });

function plainRules(arch: FilterArch): Instruction[] {
  const denied = (calls: object, errno: number): Instruction[] =>
    Object.values(calls).flatMap((call: { readonly [Arch in FilterArch]?: number }) => {
      const number = call[arch];
      return number === undefined ? [] : [ifEqual(number, 0, 1), deny(errno)];
    });
  return [...denied(deniedCalls, EPERM), ...denied(missingCalls, ENOSYS)];
}

function verdict({ denied }: ArgumentRule): Instruction[] {
  if ("withoutBit" in denied) return [ifBits(denied.withoutBit, 1, 0), deny()];
  if ("values" in denied) return denied.values.flatMap((one) => [ifEqual(one, 0, 1), deny()]);
  const allowed = denied.allBut.flatMap((one) => [ifEqual(one, 0, 1), end(returns.allow)]);
  return [...allowed, deny()];
}

function argumentRule(arch: FilterArch, rule: ArgumentRule): Instruction[] {
  const number = rule.call[arch];
  if (number === undefined) return [];
  const decide = [load(argumentAt(rule.argument)), ...verdict(rule)];
  const { first } = rule;
  const guard = first === undefined ? [] : [load(argumentAt(0)), ifEqual(first, 0, decide.length)];
  const body = [...guard, ...decide, end(returns.allow)];
  return [ifEqual(number, 0, body.length), ...body];
}

/** struct sock_filter: code, two jumps, value, as both processors lay them out. */
function encode(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, { code, yes = 0, no = 0, value }] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(yes, index * 8 + 2);
    bytes.writeUInt8(no, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}

/**
 * The program that the kernel runs before each system call of a media process, as
 * `setpriv --seccomp-filter` reads it (linux/filter.h).
 */
export function seccompFilter(arch: FilterArch, hasDevice: boolean): Buffer {
  return encode([
    load(architectureAt),
    ifEqual(architectures[arch], 1, 0),
    end(returns.killProcess),
    load(numberAt),
    ...(arch === "x64" ? [ifAtLeast(x32Bit, 0, 1), deny(ENOSYS)] : []),
    ...plainRules(arch),
    ...argumentRules(hasDevice).flatMap((rule) => argumentRule(arch, rule)),
    end(returns.allow),
  ]);
}
