import type { StoredResult } from "./rows.ts";

/** What of a result a job can work on: one file, or the playlists of pictures and sound. */
export type ResultMedia =
  | { readonly path: string; readonly sizeBytes: number }
  | { readonly playlists: readonly string[] };

/**
 * The largest picture with the sound that plays by default. A whole file of that size is taken before segments, as it is one
 * download. Undefined where the job made stills alone.
 */
export function mediaOf(result: StoredResult): ResultMedia | undefined {
  const { renditions, audioTracks = [], outputs = {} } = result;
  const { mp4, audio } = outputs;
  const [largest] = renditions.toSorted(
    (a, b) => (b.height ?? 0) - (a.height ?? 0) || b.averageBandwidth - a.averageBandwidth,
  );
  if (mp4 && mp4.height >= (largest?.height ?? 0)) return { path: mp4.path, sizeBytes: mp4.bytes };
  if (largest) {
    const sound = audioTracks.find((track) => track.default) ?? audioTracks[0];
    return { playlists: [largest, ...(sound ? [sound] : [])].map(({ playlist }) => playlist) };
  }
  return audio && { path: audio.path, sizeBytes: audio.bytes };
}
