import { formatRational, type Rational } from "../rational.ts";

export const manifestPath = "manifest.mpd";

/** One encoded track, with the length of each of its segments in ticks. */
export interface Representation {
  readonly id: string;
  readonly codecs: string;
  /** Bits per second, peak. */
  readonly bandwidth: number;
  /** Ticks per second. */
  readonly timescale: number;
  /** Path of the initialisation segment, beside the manifest. */
  readonly init: string;
  /** Path of a segment, with `$Number%05d$` for its number from 0 on. */
  readonly media: string;
  readonly ticks: readonly number[];
  /** Nothing of sound. */
  readonly picture:
    | { readonly width: number; readonly height: number; readonly fps: Rational }
    | undefined;
  /** Of sound. */
  readonly channels: number;
}

/** Tracks that a player takes one of: sizes of one picture, or one sound. */
export interface TrackSet {
  readonly kind: "video" | "audio";
  readonly language: string | undefined;
  /** What players show. */
  readonly label: string | undefined;
  /** Of ISO/IEC 23009-1, table 34. */
  readonly roles: readonly string[];
  readonly representations: readonly Representation[];
}

/** Subtitles as one WebVTT file. */
export interface TextTrack {
  readonly id: string;
  readonly language: string | undefined;
  readonly label: string;
  readonly roles: readonly string[];
  readonly path: string;
  readonly bandwidth: number;
}

export interface Manifest {
  readonly durationSeconds: number;
  readonly sets: readonly TrackSet[];
  readonly texts: readonly TextTrack[];
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Names come from the source: XML 1.0 allows no control characters, and none is of use in a name. */
function escaped(text: string): string {
  const visible = text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]+/gu, " ");
  return visible.replaceAll(/[&<>"]/g, (one) => escapes[one] ?? one);
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function open(name: string, attributes: Attributes = {}): string {
  const parts = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  return `<${name}${parts.join("")}>`;
}

function empty(name: string, attributes: Attributes): string {
  return open(name, attributes).replace(/>$/, "/>");
}

function inside(name: string, attributes: Attributes, lines: readonly string[]): string[] {
  return [open(name, attributes), ...lines.map((line) => `  ${line}`), `</${name}>`];
}

function text(name: string, content: string): string {
  return `<${name}>${escaped(content)}</${name}>`;
}

const roleScheme = "urn:mpeg:dash:role:2011";
const channelScheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

/** Segments of one length are one line. */
function timeline(ticks: readonly number[]): string[] {
  const runs: { readonly start: number; readonly length: number; count: number }[] = [];
  let start = 0;
  for (const length of ticks) {
    const last = runs.at(-1);
    if (last?.length === length) last.count += 1;
    else runs.push({ start, length, count: 1 });
    start += length;
  }
  return runs.map((run, index) =>
    empty("S", {
      t: index === 0 ? run.start : undefined,
      d: run.length,
      r: run.count > 1 ? run.count - 1 : undefined,
    }),
  );
}

function representation(one: Representation): string[] {
  const { id, codecs, bandwidth, timescale, init, media, picture, channels } = one;
  const size = picture && {
    ...{ width: picture.width, height: picture.height },
    frameRate: formatRational(picture.fps),
  };
  const template = { timescale, initialization: init, media, startNumber: 0 };
  return inside("Representation", { id, codecs, ...size, bandwidth }, [
    ...(picture
      ? []
      : [empty("AudioChannelConfiguration", { schemeIdUri: channelScheme, value: channels })]),
    ...inside("SegmentTemplate", template, inside("SegmentTimeline", {}, timeline(one.ticks))),
  ]);
}

function description(label: string | undefined, roles: readonly string[]): string[] {
  return [
    ...(label === undefined ? [] : [text("Label", label)]),
    ...roles.map((value) => empty("Role", { schemeIdUri: roleScheme, value })),
  ];
}

function trackSet(
  { kind, language, label, roles, representations }: TrackSet,
  id: number,
): string[] {
  const fixed = { id, contentType: kind, mimeType: `${kind}/mp4` };
  const aligned = { segmentAlignment: "true", startWithSAP: 1 };
  return inside("AdaptationSet", { ...fixed, lang: language, ...aligned }, [
    ...description(label, roles),
    ...representations.flatMap(representation),
  ]);
}

function textSet({ language, label, roles, ...one }: TextTrack, id: number): string[] {
  const fixed = { id, contentType: "text", mimeType: "text/vtt", lang: language };
  return inside("AdaptationSet", fixed, [
    ...description(label, roles),
    ...inside("Representation", { id: one.id, bandwidth: one.bandwidth }, [
      text("BaseURL", one.path),
    ]),
  ]);
}

/** As of ISO 8601. */
function isoSeconds(seconds: number): string {
  return `PT${Number(seconds.toFixed(6))}S`;
}

function longest({ sets }: Manifest): number {
  const lengths = sets.flatMap(({ representations }) =>
    representations.flatMap(({ ticks, timescale }) => ticks.map((one) => one / timescale)),
  );
  return lengths.reduce((most, one) => Math.max(most, one), 0);
}

/**
 * A finished presentation as DASH has it (ISO/IEC 23009-1), in one period. Each line is one element; the API refuses lines
 * that it does not know (`read-manifest.ts`): release it first when another kind is to be written.
 */
export function writeManifest(manifest: Manifest): string {
  const { durationSeconds, sets, texts } = manifest;
  const root = {
    xmlns: "urn:mpeg:dash:schema:mpd:2011",
    profiles: "urn:mpeg:dash:profile:isoff-live:2011",
    type: "static",
    mediaPresentationDuration: isoSeconds(durationSeconds),
    minBufferTime: isoSeconds(longest(manifest)),
  };
  const period = inside("Period", { id: 0, start: "PT0S" }, [
    ...sets.flatMap(trackSet),
    ...texts.flatMap((one, index) => textSet(one, sets.length + index)),
  ]);
  return ['<?xml version="1.0" encoding="utf-8"?>', ...inside("MPD", root, period), ""].join("\n");
}
