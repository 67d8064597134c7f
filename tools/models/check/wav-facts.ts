export interface WavFacts {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly seconds: number;
  /** Where the samples begin. */
  readonly start: number;
}

/** What a WAV file says of itself; undefined for any other file. Servers that stream leave its length open. */
export function wavFacts(file: Buffer): WavFacts | undefined {
  if (file.length < 44 || file.toString("latin1", 0, 4) !== "RIFF") return undefined;
  let format: Omit<WavFacts, "seconds" | "start"> | undefined;
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
      return { ...format, seconds: (bytes * 8) / (channels * rate * bits), start: at + 8 };
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

/** A file with these samples of 16 bits in one channel. */
function wavOf(rate: number, samples: Buffer): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** Silence of one channel at 16 kHz. */
export function silence(seconds: number): Buffer {
  return wavOf(16_000, Buffer.alloc(Math.round(seconds * 16_000) * 2));
}

/** A file of 16 bits in one channel, cut or with silence behind it so that it is as long as that. */
export function lengthened(file: Buffer, seconds: number): Buffer {
  const facts = wavFacts(file);
  if (facts?.channels !== 1 || facts.bits !== 16) {
    throw new Error("--audio must be a WAV file with one channel of 16 bits");
  }
  const samples = Buffer.alloc(Math.round(seconds * facts.rate) * 2);
  file.copy(samples, 0, facts.start);
  return wavOf(facts.rate, samples);
}
