import type { JobResult } from "@framewright/contracts/job.ts";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { ManifestFault, readManifest } from "@framewright/media/outputs/read-manifest.ts";
import type { StoredResult } from "./stored-result.ts";

/** What one output names beside HLS: its own files, and what they say is wrong. */
interface Named {
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

function ends(path: string, ending: string): string[] {
  return path.endsWith(ending) ? [] : [`${path} is no ${ending} file by its name`];
}

function manifestProblems(
  { path, texts }: NonNullable<OutputResults["dash"]>,
  { texts: contents, sizes }: StoredResult,
): string[] {
  const content = contents.get(path);
  if (content === undefined) return [];
  try {
    const { tracks, texts: named } = readManifest(content);
    const files = [...tracks.flatMap(({ init, segments }) => [init, ...segments]), ...named];
    const unstated = named.filter((file) => !texts.includes(file));
    return [
      ...files
        .filter((file) => (sizes.get(file) ?? 0) === 0)
        .map((file) => `${path} names ${file}, which is missing in the object store`),
      ...unstated.map((file) => `${path} names ${file}, which the result does not state`),
    ];
  } catch (error) {
    if (error instanceof ManifestFault) return [`${path} ${error.message}`];
    throw error;
  }
}

function dashFiles(dash: NonNullable<OutputResults["dash"]>, stored: StoredResult): Named {
  const problems = [
    ...(dash.path.includes("/") ? [`${dash.path} is the manifest, and is in a folder`] : []),
    ...ends(dash.path, ".mpd"),
    ...dash.texts.flatMap((path) => ends(path, ".vtt")),
    ...manifestProblems(dash, stored),
  ];
  return { files: [dash.path, ...dash.texts], problems };
}

const cue = /^\d{2,3}:\d\d:\d\d\.\d{3} --> \d{2,3}:\d\d:\d\d\.\d{3}$/;
const place = /^([A-Za-z0-9_-][A-Za-z0-9_.-]{0,99})#xywh=\d{1,5},\d{1,5},\d{1,5},\d{1,5}$/;

/** The sheets that a sprite's track names; nothing else may stand there. */
function trackProblems(
  { path, sheets, pictures }: NonNullable<OutputResults["sprite"]>,
  content: string | undefined,
): string[] {
  if (content === undefined) return [];
  const [header, ...lines] = content.split("\n").filter((line) => line !== "");
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const times = lines.filter((_, index) => index % 2 === 0);
  const places = lines.filter((_, index) => index % 2 === 1);
  const bad = [
    ...(header === "WEBVTT" ? [] : [header ?? ""]),
    ...times.filter((line) => !cue.test(line)),
    ...places.filter((line) => !sheets.includes(folder + (place.exec(line)?.[1] ?? " "))),
  ];
  return [
    ...bad.slice(0, 1).map((line) => `${path} has the line ${JSON.stringify(line.slice(0, 80))}`),
    ...(places.length === pictures
      ? []
      : [`${path} has ${places.length} cues, the result states ${pictures} pictures`]),
  ];
}

function spriteFiles(sprite: NonNullable<OutputResults["sprite"]>, stored: StoredResult): Named {
  const problems = [
    ...ends(sprite.path, ".vtt"),
    ...sprite.sheets.flatMap((path) => ends(path, ".jpg")),
    ...trackProblems(sprite, stored.texts.get(sprite.path)),
  ];
  return { files: [sprite.path, ...sprite.sheets], problems };
}

function bytesProblems(
  name: string,
  { files, bytes }: { readonly files: readonly string[]; readonly bytes: number },
  sizes: StoredResult["sizes"],
): string[] {
  const missing = files.filter((file) => (sizes.get(file) ?? 0) === 0);
  const stored = files.reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
  return [
    ...missing.map((file) => `${file} is missing in the object store, or empty`),
    ...(new Set(files).size === files.length ? [] : [`${name} states a file twice`]),
    ...(stored === bytes ? [] : [`${name} has ${stored} bytes, the result states ${bytes}`]),
  ];
}

/** What the job asks for and the result neither has nor says to have left out. */
export function missingOutputs(
  wanted: Readonly<Record<string, unknown>>,
  result: JobResult,
): string[] {
  const { master, outputs = {}, warnings } = result;
  const made = [...Object.keys(outputs), ...(master === undefined ? [] : ["hls"])];
  const leftOut = warnings.filter(({ code }) => code === "output-left-out");
  return Object.keys(wanted)
    .filter((name) => !made.includes(name))
    .filter((name) => !leftOut.some(({ message }) => message.includes(`"${name}"`)))
    .map((name) => `the result lacks the output ${name}, which the job asks for`);
}

/** Files of outputs that are read as text before they are published. */
export function outputTexts({ outputs }: JobResult): string[] {
  return [outputs?.dash?.path, outputs?.sprite?.path].filter((path) => path !== undefined);
}

/** The files of all outputs beside HLS, and what is wrong with these. */
export function checkOutputs({ outputs = {} }: JobResult, stored: StoredResult): Named {
  const { dash, mp4, audio, lipSync, thumbnails, sprite } = outputs;
  const pictures = thumbnails?.pictures.map(({ path }) => path) ?? [];
  const named: readonly (readonly [string, { bytes: number } | undefined, Named])[] = [
    ["dash", dash, dash ? dashFiles(dash, stored) : nothing],
    ["mp4", mp4, mp4 ? { files: [mp4.path], problems: ends(mp4.path, ".mp4") } : nothing],
    [
      "lipSync",
      lipSync,
      lipSync ? { files: [lipSync.path], problems: ends(lipSync.path, ".mp4") } : nothing,
    ],
    ["audio", audio, audio ? { files: [audio.path], problems: ends(audio.path, ".m4a") } : nothing],
    [
      "thumbnails",
      thumbnails,
      { files: pictures, problems: pictures.flatMap((path) => ends(path, ".jpg")) },
    ],
    ["sprite", sprite, sprite ? spriteFiles(sprite, stored) : nothing],
  ];
  return {
    files: named.flatMap(([, , { files }]) => files),
    problems: named.flatMap(([name, stated, { files, problems }]) => [
      ...problems,
      ...(stated ? bytesProblems(name, { files, bytes: stated.bytes }, stored.sizes) : []),
    ]),
  };
}

const nothing: Named = { files: [], problems: [] };
