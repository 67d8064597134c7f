import { open, type FileHandle } from "node:fs/promises";

/** A WAV of 16-bit PCM that ffmpeg has written for us. */
export interface Wav {
  readonly rate: number;
  readonly channels: number;
  /** Where the samples begin in the file. */
  readonly start: number;
  readonly bytes: number;
}

const headerBytes = 64 * 1024;

async function head(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  return buffer.subarray(0, bytesRead);
}

/** Reads the chunks until the samples; a length that does not fit into 32 bits is that of the file. */
function parseWav(header: Buffer, fileBytes: number): Wav {
  let rate = 0;
  let channels = 0;
  for (let at = 12; at + 8 <= header.length;) {
    const name = header.toString("latin1", at, at + 4);
    const length = header.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === "data") {
      const bytes = Math.min(length, fileBytes - start);
      return { rate, channels, start, bytes: length === 0xffff_ffff ? fileBytes - start : bytes };
    }
    if (name === "fmt ") {
      channels = header.readUInt16LE(start + 2);
      rate = header.readUInt32LE(start + 4);
    }
    at = start + length + (length % 2);
  }
  throw new Error("a WAV has no samples");
}

export function secondsOf({ rate, channels, bytes }: Wav): number {
  return bytes / (2 * rate * channels);
}

export async function readWavHeader(path: string): Promise<Wav> {
  const file = await open(path, "r");
  try {
    return parseWav(await head(file), (await file.stat()).size);
  } finally {
    await file.close();
  }
}

/** The header of a WAV with so many bytes of 16-bit samples in one channel. */
export function wavHeader(rate: number, bytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(Math.min(0xffff_ffff, 36 + bytes), 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(Math.min(0xffff_ffff, bytes), 40);
  return header;
}

/** A part of a WAV of one channel as a WAV of its own. */
export async function wavPart(
  path: string,
  wav: Wav,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Buffer> {
  const from = 2 * Math.round(start * wav.rate);
  const bytes = Math.min(wav.bytes, 2 * Math.round(end * wav.rate)) - from;
  const samples = Buffer.alloc(Math.max(0, bytes));
  const file = await open(path, "r");
  try {
    await file.read(samples, 0, samples.length, wav.start + from);
  } finally {
    await file.close();
  }
  return Buffer.concat([wavHeader(wav.rate, samples.length), samples]);
}

function meanSize(samples: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < samples.length; at += 2) sum += Math.abs(samples.readInt16LE(at));
  return sum / Math.max(1, samples.length >> 1) / 32_768;
}

/** Steps that are read at once. */
const readSteps = 200;

/** Mean size of the samples in each step, from 0 to 1. */
export async function loudnesses(path: string, wav: Wav, stepSeconds: number): Promise<number[]> {
  const stepBytes = 2 * Math.round(wav.rate * stepSeconds) * wav.channels;
  const buffer = Buffer.alloc(stepBytes * readSteps);
  const file = await open(path, "r");
  const steps: number[] = [];
  try {
    for (let done = 0; done < wav.bytes;) {
      const wanted = Math.min(buffer.length, wav.bytes - done);
      const { bytesRead } = await file.read(buffer, 0, wanted, wav.start + done);
      if (bytesRead === 0) break;
      for (let at = 0; at < bytesRead; at += stepBytes) {
        steps.push(meanSize(buffer.subarray(at, Math.min(bytesRead, at + stepBytes))));
      }
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
  return steps;
}

/** Above that a voice is heard: 1 % of the full scale. */
const audible = 328;
const leadSeconds = 0.01;
const tailSeconds = 0.03;

/** 16-bit samples of one channel without the silence around them. */
export function trimmed(samples: Buffer, rate: number): Buffer {
  const count = Math.floor(samples.length / 2);
  const isHeard = (index: number): boolean => Math.abs(samples.readInt16LE(index * 2)) > audible;
  let first = 0;
  while (first < count && !isHeard(first)) first += 1;
  if (first === count) return Buffer.alloc(0);
  let last = count - 1;
  while (!isHeard(last)) last -= 1;
  const from = Math.max(0, first - Math.round(leadSeconds * rate));
  const to = Math.min(count, last + 1 + Math.round(tailSeconds * rate));
  return samples.subarray(from * 2, to * 2);
}
