import { ManifestFault, readManifest } from "@framewright/media/outputs/read-manifest.ts";
import { parsePlaylist } from "../strict-playlist.ts";
import { playlistPath } from "../tracks.ts";

/** The text of a manifest, and what it must agree with. */
export interface PublishedManifest {
  readonly text: string;
  /** Media playlists by path. */
  readonly playlists: ReadonlyMap<string, string>;
  /** Names of the tracks that have segments. */
  readonly tracks: readonly string[];
  /** Paths of whole subtitles. */
  readonly texts: readonly string[];
}

interface Listed {
  readonly uri: string;
  readonly seconds: number;
}

/** The files of a playlist, the initialisation segment first, under the attempt's prefix. */
function listedBy(playlists: PublishedManifest["playlists"], name: string): readonly Listed[] {
  const text = playlists.get(playlistPath(name));
  const playlist = text === undefined ? undefined : parsePlaylist(text);
  if (playlist === undefined || playlist.isMasterPlaylist) return [];
  const [first] = playlist.segments;
  return [
    { uri: `${name}/${first?.map.uri ?? ""}`, seconds: 0 },
    ...playlist.segments.map(({ uri, duration }) => ({ uri: `${name}/${uri}`, seconds: duration })),
  ];
}

/** Playlists round to microseconds. */
const roundingSeconds = 0.000_001_5;

function sameList(one: readonly Listed[], other: readonly Listed[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ uri, seconds }, index) => {
      const { uri: theirs, seconds: length = Number.NaN } = other[index] ?? {};
      return uri === theirs && Math.abs(seconds - length) < roundingSeconds;
    })
  );
}

function problemsIn({ text, playlists, tracks, texts }: PublishedManifest): string[] {
  const manifest = readManifest(text);
  const names = manifest.tracks.map(({ id }) => id);
  const other = manifest.tracks.filter(({ id, init, segments, seconds }) => {
    const named = segments.map((uri, index) => ({ uri, seconds: seconds[index] ?? 0 }));
    return !sameList([{ uri: init, seconds: 0 }, ...named], listedBy(playlists, id));
  });
  const lengths = manifest.tracks.map(({ seconds }) => seconds.reduce((sum, one) => sum + one, 0));
  const longest = Math.max(0, ...lengths);
  return [
    ...(names.toSorted().join() === tracks.toSorted().join()
      ? []
      : [`the manifest names ${names.join(", ")}; there are ${tracks.join(", ")}`]),
    ...other.map(({ id }) => `the manifest and the playlist of ${id} differ in files or lengths`),
    ...(manifest.texts.join() === texts.join()
      ? []
      : [`the manifest names ${manifest.texts.length} subtitles; there are ${texts.length}`]),
    ...(Math.abs(manifest.durationSeconds - longest) < roundingSeconds * 2
      ? []
      : [`the manifest states ${manifest.durationSeconds} s; its segments last ${longest} s`]),
  ];
}

/** What players of DASH would get otherwise than those of HLS. */
export function manifestProblems(published: PublishedManifest): string[] {
  try {
    return problemsIn(published);
  } catch (error) {
    if (error instanceof ManifestFault) return [`the manifest ${error.message}`];
    throw error;
  }
}
