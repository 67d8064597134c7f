const headerBytes = 44;

/** One channel of 16 bits. */
export function wavFile(samples: Float32Array, rate: number): Buffer {
  const file = Buffer.alloc(headerBytes + samples.length * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => {
    const bounded = Math.max(-1, Math.min(1, sample));
    file.writeInt16LE(Math.round(bounded * 32_767), headerBytes + index * 2);
  });
  return file;
}

/** Below this, samples are silence. */
const threshold = 0.01;

/** Without the silence before and after, but for what a sound needs to begin and end without a click. */
export function trimmed(samples: Float32Array, rate: number): Float32Array {
  const isLoud = (sample: number): boolean => Math.abs(sample) > threshold;
  const first = samples.findIndex(isLoud);
  if (first === -1) return samples.subarray(0, 0);
  const from = Math.max(0, first - Math.round(rate * 0.01));
  return samples.subarray(from, samples.findLastIndex(isLoud) + Math.round(rate * 0.03));
}

/** One after the other, with a pause between. */
export function joined(parts: readonly Float32Array[], pauseSamples: number): Float32Array {
  const length = parts.reduce((sum, part) => sum + part.length + pauseSamples, -pauseSamples);
  const whole = new Float32Array(Math.max(0, length));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length + pauseSamples;
  }
  return whole;
}
