import type { JobResult } from "@framewright/contracts/job.ts";
import { checkOutputs, outputTexts } from "./check-outputs.ts";
import {
  PlaylistFault,
  readMasterPlaylist,
  readMediaPlaylist,
  type MasterPlaylist,
  type MediaPlaylist,
} from "./read-playlist.ts";
import type { StoredResult } from "./stored-result.ts";

/** One track of the result with a playlist of its own. */
interface StatedTrack {
  readonly playlist: string;
  readonly kind: "VARIANT" | "AUDIO" | "SUBTITLES";
  readonly segments?: number;
  readonly bytes?: number;
}

function tracksOf({ renditions, audioTracks = [], subtitles = [] }: JobResult): StatedTrack[] {
  return [
    ...renditions.map((track) => ({ ...track, kind: "VARIANT" as const })),
    ...audioTracks.map((track) => ({ ...track, kind: "AUDIO" as const })),
    ...subtitles.map((track) => ({ ...track, kind: "SUBTITLES" as const })),
  ];
}

/** Every playlist that a result names, the multivariant one first. */
function playlistsOf(result: JobResult): string[] {
  const { master } = result;
  const playlists = tracksOf(result).map(({ playlist }) => playlist);
  return master === undefined ? playlists : [master, ...playlists];
}

/** Every file of a result that is read before it is published. */
export function textsNamed(result: JobResult): string[] {
  return [...playlistsOf(result), ...outputTexts(result)];
}

/** What is read, or the problem with it, which names the file. */
function read<T>(path: string, text: string | undefined, reader: (text: string) => T): T | string {
  if (text === undefined) return `${path} is missing in the object store, or empty`;
  try {
    return reader(text);
  } catch (error) {
    if (error instanceof PlaylistFault) return `${path} ${error.message}`;
    throw error;
  }
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** The multivariant playlist names each track of the result once, and nothing else. */
function masterProblems(
  result: JobResult,
  master: string,
  { variants, media }: MasterPlaylist,
): string[] {
  const named = [
    ...variants.map((uri) => `VARIANT ${uri}`),
    ...media.map(({ type, uri }) => `${type} ${uri}`),
  ];
  const stated = tracksOf(result).map(({ kind, playlist }) => `${kind} ${playlist}`);
  const problems = [
    ...named
      .filter((name) => !stated.includes(name))
      .map((name) => `names ${name}, which the result does not state`),
    ...stated.filter((name) => !named.includes(name)).map((name) => `does not name ${name}`),
    ...repeated(named).map((name) => `names ${name} twice`),
    ...repeated(stated).map((name) => `stands beside a result that states ${name} twice`),
  ];
  return problems.map((problem) => `${master} ${problem}`);
}

/** Of a result that consists of files alone, nothing else is stated; one with tracks has renditions. */
function shapeProblems(result: JobResult): string[] {
  if (result.master !== undefined) {
    return result.renditions.length > 0 ? [] : ["the result has no rendition"];
  }
  return [
    ...(tracksOf(result).length > 0
      ? ["the result has tracks without a multivariant playlist"]
      : []),
    ...(Object.keys(result.outputs ?? {}).length > 0 ? [] : ["the result has no output"]),
  ];
}

/** Types are served by a file's end, and names in the multivariant playlist are relative to its folder. */
function nameProblems(result: JobResult): string[] {
  const { master, poster } = result;
  return [
    ...playlistsOf(result)
      .filter((path) => !path.endsWith(".m3u8"))
      .map((path) => `${path} is no playlist by its name`),
    ...(master?.includes("/") === true
      ? [`${master} is the multivariant playlist, and is in a folder`]
      : []),
    ...(poster === undefined || /\.jpe?g$/.test(poster)
      ? []
      : [`${poster} is no JPEG by its name`]),
  ];
}

/** Paths under the prefix that a media playlist names, the initialisation segment among them. */
function filesOf(playlist: string, { map, segments }: MediaPlaylist): string[] {
  const folder = playlist.slice(0, playlist.lastIndexOf("/") + 1);
  return [...(map === undefined ? [] : [map]), ...segments].map((file) => folder + file);
}

interface NamedFiles {
  readonly track: StatedTrack;
  readonly files: readonly string[];
}

const endings = { VARIANT: ".m4s", AUDIO: ".m4s", SUBTITLES: ".vtt" } as const;

function kindProblems({ playlist, kind }: StatedTrack, { map, segments }: MediaPlaylist): string[] {
  const other = segments.find((file) => !file.endsWith(endings[kind]));
  const wanted =
    kind === "SUBTITLES" ? "no initialisation segment" : "an initialisation segment (.mp4)";
  const fits = kind === "SUBTITLES" ? map === undefined : map?.endsWith(".mp4") === true;
  return [
    ...(other === undefined ? [] : [`${playlist} names ${other}; right is ${endings[kind]}`]),
    ...(fits ? [] : [`${playlist} needs ${wanted}`]),
  ];
}

function trackProblems({ track, files }: NamedFiles, sizes: StoredResult["sizes"]): string[] {
  const { playlist, kind, segments, bytes } = track;
  const missing = files.filter((file) => (sizes.get(file) ?? 0) === 0);
  const stored = files.reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
  const count = files.length - (kind === "SUBTITLES" ? 0 : 1);
  return [
    ...missing.map((file) => `${playlist} names ${file}, which is missing in the object store`),
    ...(new Set(files).size === files.length ? [] : [`${playlist} names a file twice`]),
    ...(segments === undefined || segments === count
      ? []
      : [`${playlist} names ${count} segments, the result states ${segments}`]),
    ...(bytes === undefined || bytes === stored
      ? []
      : [`${playlist} names ${stored} bytes, the result states ${bytes}`]),
  ];
}

/** Subtitles are written before the film is, which may be shorter than it seemed: their last segments are left over. */
function isLeftOver(path: string, { playlist, kind }: StatedTrack): boolean {
  const folder = playlist.slice(0, playlist.lastIndexOf("/") + 1);
  return kind === "SUBTITLES" && path.startsWith(folder) && path.endsWith(endings[kind]);
}

/** A file that nothing names would be served all the same, under a type that its worker chose. */
function unnamed(result: JobResult, tracks: readonly NamedFiles[], stored: StoredResult): string[] {
  const known = new Set([
    ...playlistsOf(result),
    ...checkOutputs(result, stored).files,
    ...(result.poster === undefined ? [] : [result.poster]),
    ...tracks.flatMap(({ files }) => files),
  ]);
  return [...stored.sizes.keys()]
    .filter((path) => !known.has(path) && !tracks.some(({ track }) => isLeftOver(path, track)))
    .map(
      (path) => `${path} is in the object store, and neither a playlist nor the result names it`,
    );
}

function posterProblems({ poster }: JobResult, { sizes }: StoredResult): string[] {
  if (poster === undefined || (sizes.get(poster) ?? 0) > 0) return [];
  return [`${poster} is missing in the object store, or empty`];
}

/** Where a result is not what its worker says; each problem begins with the file. */
export function resultProblems(result: JobResult, stored: StoredResult): string[] {
  const { sizes, texts } = stored;
  const { master: path } = result;
  const master = path === undefined ? undefined : read(path, texts.get(path), readMasterPlaylist);
  const tracks = tracksOf(result).map((track) => ({
    track,
    playlist: read(track.playlist, texts.get(track.playlist), readMediaPlaylist),
  }));
  const broken = [master, ...tracks.map(({ playlist }) => playlist)].filter(
    (found) => typeof found === "string",
  );
  const problems = [
    ...shapeProblems(result),
    ...nameProblems(result),
    ...broken,
    ...posterProblems(result, stored),
    ...checkOutputs(result, stored).problems,
  ];
  if (path !== undefined && master !== undefined && typeof master !== "string") {
    problems.push(...masterProblems(result, path, master));
  }
  const named = tracks.flatMap(({ track, playlist }) => {
    if (typeof playlist === "string") return [];
    problems.push(...kindProblems(track, playlist));
    return [{ track, files: filesOf(track.playlist, playlist) }];
  });
  problems.push(...named.flatMap((files) => trackProblems(files, sizes)));
  // What a broken playlist names is not known.
  return broken.length > 0 ? problems : [...problems, ...unnamed(result, named, stored)];
}
