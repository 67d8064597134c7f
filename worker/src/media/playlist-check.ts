import { isDeepStrictEqual } from "node:util";
import type { Plan } from "@framewright/media/plan.ts";
import { parsePlaylist, type Playlist } from "./strict-playlist.ts";
import {
  comesAt,
  initUri,
  picturesOf,
  playlistPath,
  secondsOf,
  segmentUri,
  soundsOf,
  type Track,
} from "./tracks.ts";

type Master = Extract<Playlist, { isMasterPlaylist: true }>;
type Media = Extract<Playlist, { isMasterPlaylist: false }>;
type MediaSegment = Media["segments"][number];

/** The texts that are to be published, and the tracks that they must describe. */
export interface Published {
  readonly tracks: readonly Track[];
  /** Media playlists by path. */
  readonly playlists: ReadonlyMap<string, string>;
  readonly master: string;
}

interface PlannedOutput extends Published {
  readonly plan: Pick<Plan, "sounds">;
}

/** A text that is no valid playlist is one problem. */
function problemsIn(what: string, text: string, check: (playlist: Playlist) => string[]): string[] {
  let playlist: Playlist;
  try {
    playlist = parsePlaylist(text);
  } catch (error) {
    return [`${what} is not valid: ${error instanceof Error ? error.message : String(error)}`];
  }
  return check(playlist);
}

/** Playlists state lengths in decimals, files in ticks: both may round the same half differently. */
const roundingSeconds = 0.000_001_5;

/** The parser's own types leave out that a segment may have no map. */
type Listed = Pick<MediaSegment, "uri" | "duration"> & { readonly map: MediaSegment["map"] | null };

function lists(playlist: Media, track: Track): boolean {
  const uris = playlist.segments.map(({ map, uri }: Listed) => [map?.uri, uri]);
  const wanted = track.segments.map((_, index) => [initUri, segmentUri(index)]);
  const lengths = track.segments.every(({ duration: ticks }, index) => {
    const stated = playlist.segments[index]?.duration ?? Number.NaN;
    return Math.abs(stated - secondsOf(track, ticks)) < roundingSeconds;
  });
  return isDeepStrictEqual(uris, wanted) && lengths;
}

function isWhole(playlist: Playlist): playlist is Media {
  return (
    !playlist.isMasterPlaylist &&
    playlist.endlist &&
    playlist.playlistType === "VOD" &&
    playlist.independentSegments
  );
}

/** Every media playlist must be finished and list the segments of its track with their measured lengths. */
export function mediaPlaylistProblems({ tracks, playlists }: Published): string[] {
  return tracks.flatMap((track) => {
    const what = `the playlist of ${track.name}`;
    const text = playlists.get(playlistPath(track.name));
    if (text === undefined) return [`${track.name} has no playlist`];
    return problemsIn(what, text, (playlist) =>
      isWhole(playlist) && lists(playlist, track) ? [] : [`${what} does not match its segments`],
    );
  });
}

/** The playlists of the sound tracks that play with pictures. */
function soundUris(tracks: readonly Track[]): string[] {
  if (picturesOf(tracks).length === 0) return [];
  return soundsOf(tracks).map(({ name }) => playlistPath(name));
}

function variantProblems({ variants }: Master, tracks: readonly Track[]): string[] {
  const uris = soundUris(tracks);
  const sounds = uris.length > 0 ? soundsOf(tracks) : [];
  return variants.flatMap(({ uri, resolution, codecs = "none", frameRate = 0, audio }) => {
    const track = tracks.find((one) => playlistPath(one.name) === uri);
    if (!track) return [];
    const { width, height } = track.init;
    const wanted = [...new Set([track, ...sounds].map((one) => one.init.codecs))].join(",");
    const stated = `${resolution?.width ?? 0}x${resolution?.height ?? 0} ${codecs}`;
    return [
      ...(stated === `${width}x${height} ${wanted}`
        ? []
        : [`the master playlist states ${stated} for ${track.name}`]),
      ...(track.init.kind !== "picture" || comesAt(track, frameRate)
        ? []
        : [`the master playlist states ${frameRate} frames per second for ${track.name}`]),
      ...(isDeepStrictEqual(new Set(audio.map((one) => one.uri)), new Set(uris))
        ? []
        : [`the master playlist gives ${track.name} ${audio.length} audio tracks`]),
    ];
  });
}

interface Entry {
  readonly name: string;
  readonly language: string | undefined;
  readonly channels: string;
  readonly isDefault: boolean;
}

function entryText({ name, language, channels, isDefault }: Entry): string {
  const flags = isDefault ? ", default" : "";
  return `${name} (${language ?? "no language"}, ${channels} channels${flags})`;
}

/** Each sound has the name and the language that were planned, and the channels that were written. */
function soundProblems({ variants }: Master, { plan, tracks }: PlannedOutput): string[] {
  return variants.flatMap(({ audio }) =>
    audio.flatMap(({ uri, channels = "no", ...entry }) => {
      const track = tracks.find(({ name }) => playlistPath(name) === uri);
      const sound = plan.sounds.find(({ name }) => name === track?.name);
      if (!track || !sound) return [];
      const { shown: name, label, isDefault } = sound;
      const stated = entryText({ ...entry, language: entry.language, channels });
      const written = { name, language: label.language, isDefault };
      const wanted = entryText({ ...written, channels: `${track.init.channels}` });
      return stated === wanted
        ? []
        : [`the master playlist states ${stated} for ${track.name}, right is ${wanted}`];
    }),
  );
}

function urisOf({ variants }: Master): string[] {
  const beside = variants.flatMap(({ audio, subtitles }) => [...audio, ...subtitles]);
  return [...variants.map(({ uri }) => uri), ...new Set(beside.map(({ uri = "none" }) => uri))];
}

/** The master playlist must name every media playlist once, with the size and the codecs of its track. */
export function masterPlaylistProblems(output: PlannedOutput): string[] {
  const { tracks, playlists, master } = output;
  return problemsIn("the master playlist", master, (playlist) => {
    if (!playlist.isMasterPlaylist)
      return ["the master playlist does not name every media playlist"];
    const names = urisOf(playlist);
    const unknown = names.filter((uri) => !playlists.has(uri));
    const complete = names.length === playlists.size && new Set(names).size === names.length;
    return [
      ...unknown.map((uri) => `the master playlist names ${uri}, which does not exist`),
      ...(complete ? [] : ["the master playlist does not name every media playlist"]),
      ...variantProblems(playlist, tracks),
      ...new Set(soundProblems(playlist, output)),
    ];
  });
}
