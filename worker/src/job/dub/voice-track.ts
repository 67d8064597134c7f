import { open } from "node:fs/promises";
import { wavHeader } from "./wav.ts";

/** A WAV of silence, as long as the programme, onto which lines are written. */
export interface VoiceTrack {
  readonly path: string;
  readonly seconds: number;
  /** Samples at a time in seconds; what would lie behind the end of the programme is left out. */
  readonly write: (start: number, samples: Buffer) => Promise<void>;
}

export async function createVoiceTrack(
  path: string,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<VoiceTrack> {
  const header = wavHeader(rate, 2 * Math.round(rate * seconds));
  const end = header.length + 2 * Math.round(rate * seconds);
  const file = await open(path, "w");
  try {
    await file.write(header);
    // Nothing is written where nobody speaks: the file has holes, which are read as zeros.
    await file.truncate(end);
  } finally {
    await file.close();
  }
  return {
    path,
    seconds,
    write: async (start, samples) => {
      const at = header.length + 2 * Math.round(rate * start);
      const fits = samples.subarray(0, Math.max(0, end - at));
      const track = await open(path, "r+");
      try {
        await track.write(fits, 0, fits.length, at);
      } finally {
        await track.close();
      }
    },
  };
}
