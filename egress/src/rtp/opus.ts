/** A frame of 20 ms in which nothing sounds (RFC 6716: CELT, full band, mono). */
export const silentFrame = Buffer.from([0xf8, 0xff, 0xfe]);
export const silentFrameSeconds = 0.02;

/** RFC 6716, table 2: the milliseconds of a frame by the upper five bits of the first byte. */
function frameMs(config: number): number {
  if (config < 12) return [10, 20, 40, 60][config % 4] ?? 20;
  if (config < 16) return config % 2 === 0 ? 10 : 20;
  return [2.5, 5, 10, 20][config % 4] ?? 20;
}

/** How long a packet sounds, in seconds (RFC 6716, 3.2). */
export function opusSeconds([toc = 0, count = 0]: Buffer): number {
  const code = toc & 3;
  const frames = code === 3 ? count & 0x3f : code === 0 ? 1 : 2;
  return (frameMs(toc >> 3) * frames) / 1000;
}
