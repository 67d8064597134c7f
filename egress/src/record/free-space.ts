import { statfs } from "node:fs/promises";

const mostReserved = 64 * 1024 ** 2;
const reservedShare = 0.05;

/**
 * Whether hardly anything is left. ffmpeg does not say so: with no space left it goes on for hours, writes empty segments and
 * an empty playlist, and ends without an error.
 */
export async function isNearlyFull(folder: string): Promise<boolean> {
  const { bsize, bavail, blocks } = await statfs(folder);
  return bavail * bsize < Math.min(mostReserved, blocks * bsize * reservedShare);
}
