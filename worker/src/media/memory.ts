import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";

const lookMs = 100;

/** Bytes of a process: `resident` are in the machine's memory, `data` is what it has asked for. */
interface Held {
  readonly resident: number;
  readonly data: number;
}

function bytesOf(status: string, field: string): number {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status) ?? [];
  return Number(kib ?? 0) * 1024;
}

/** Reads the kernel's `status` of a process; zeros when it has ended. */
export function heldBytes(status: string): Held {
  return { resident: bytesOf(status, "VmRSS"), data: bytesOf(status, "VmData") };
}

interface MemoryWatch {
  /** Most bytes that the process had asked for at any look. */
  readonly peakData: () => number;
  /** Looks now. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Calls back once when a process holds more than this. The kernel's own limit ({@link dataLimit}) does
 * not count memory that processes share, nor anything of a process that drives a GPU.
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): MemoryWatch {
  let peakData = 0;
  const look = async (): Promise<void> => {
    const held = heldBytes(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""));
    peakData = Math.max(peakData, held.data);
    if (held.resident <= limitBytes) return;
    stop();
    onExceeded();
  };
  const timer = setInterval(() => void look(), lookMs);
  const stop = (): void => {
    clearInterval(timer);
  };
  return { peakData: () => peakData, look, stop };
}

/** The worker itself, with the packets of a long film in its memory. */
const ownBytes = 256 * 1024 ** 2;

/** A second process looks at what the first one has made. */
const share = 0.9;

/** Bytes that the largest media process of one job may hold: below what has the kernel end the pod. */
export function mediaMemory(availableBytes: number, slots: number): number {
  return Math.floor(Math.max(ownBytes, (availableBytes - ownBytes) / slots) * share);
}

/**
 * Bytes that the kernel gives to a media process that may hold `memoryBytes`: the whole of its job's
 * share, as buffers and stacks that are never touched count too. Encoders with up to 16 threads were
 * seen to ask for 1.2 to 1.7 times what they held.
 */
export function dataLimit(memoryBytes: number): number {
  return Math.floor(memoryBytes / share);
}

/** What one thread more asks for to make the 2160p ladder, measured at 4 and 16 threads (decision 30): 240 MiB. */
const threadBytes = 256 * 1024 ** 2;

/** Threads of a job where config names no number: all its CPUs, as far as there is memory for them. */
export function threadsFor(cpus: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cpus, Math.floor(memoryBytes / threadBytes)));
}

/** What the container may use, or the machine where it has no limit. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
