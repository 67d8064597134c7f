export interface WavFacts {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly seconds: number;
}

/** What a WAV file says of itself; undefined for any other file. Servers that stream leave its length open. */
export function wavFacts(file: Buffer): WavFacts | undefined {
  if (file.length < 44 || file.toString("latin1", 0, 4) !== "RIFF") return undefined;
  let format: Omit<WavFacts, "seconds"> | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString("latin1", at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (id === "fmt " && at + 24 <= file.length) {
      const [channels, rate] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 12)];
      format = { channels, rate, bits: file.readUInt16LE(at + 22) };
    }
    if (id === "data" && format !== undefined) {
      const bytes = Math.min(size, file.length - at - 8);
      const { channels, rate, bits } = format;
      return { ...format, seconds: (bytes * 8) / (channels * rate * bits) };
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

/** Silence of one channel at 16 kHz. */
export function silence(seconds: number): Buffer {
  const bytes = Math.round(seconds * 16_000) * 2;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(16_000, 24);
  header.writeUInt32LE(32_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}
