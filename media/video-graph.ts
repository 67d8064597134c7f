import { tagsFilter } from "./colour.ts";
import { textFilter, type BurntText } from "./burnt-text.ts";
import type { Encoder } from "./encoders/encoder.ts";
import type { Rendition } from "./ladder.ts";
import { frameFilters } from "./picture.ts";
import { overlayGraph, type PlacedOverlay } from "./overlay.ts";
import { formatRational, toNumber, type Rational } from "./rational.ts";
import type { Film, SourceVideo } from "./source.ts";
import { pictureTimeFilter } from "./timeline.ts";

/** A last picture stands until the sound ends, where the sound is longer than this. */
const maxUncovered = 0.2;

/** Options of every input whose pictures are decoded: colour values that ffmpeg refuses are rewritten before that. */
export function rewriteArgs({ index, colour }: Pick<SourceVideo, "index" | "colour">): string[] {
  const { bitstreamFilter } = colour;
  return bitstreamFilter === undefined ? [] : [`-bsf:${index}`, bitstreamFilter];
}

/** Options of the input: what ffmpeg would insert or rebuild by itself is done by the graph. */
export function videoInputArgs({ index, colour }: SourceVideo): string[] {
  return [
    ...["-noautorotate", "-apply_cropping", "codec", `-reinit_filter:${index}`, "0"],
    ...rewriteArgs({ index, colour }),
  ];
}

/** One format behind the frame, so that a later change of format ends there too. */
function formatFilters({ pixelFormat, hasAlpha }: SourceVideo): string[] {
  // What is transparent is black.
  if (hasAlpha) {
    const planar = pixelFormat.startsWith("yuva") ? "yuva444p" : "gbrap";
    return [`format=${planar}`, "premultiply=inplace=1"];
  }
  if (/^(yuvj?4\d\dp|nv12|nv16|p010|gray|gbrp)/.test(pixelFormat)) {
    return [`format=${pixelFormat}`];
  }
  return [];
}

function cropFilters({ picture: { crop } }: SourceVideo): string[] {
  return crop ? [`crop=${crop.width}:${crop.height}:${crop.left}:${crop.top}:exact=1`] : [];
}

function fieldFilters({ fieldOrder }: SourceVideo): string[] {
  return fieldOrder ? [`bwdif=mode=send_field:parity=${fieldOrder}:deint=all`] : [];
}

/** Seconds for which the last picture stands still. */
function standSeconds({ video, audio }: Film): number {
  const uncovered = (audio?.span.end ?? 0) - video.span.end;
  return uncovered > maxUncovered ? uncovered : 0;
}

/** The last picture lasts as long as the container says that it does, but at least one frame. */
function endFilters({ video, closesLeaps }: Film, fps: Rational, stand: number): string[] {
  // Where ffmpeg closes leaps of the clock, the end is known less exactly than it finds it.
  if (closesLeaps && video.goesOn !== true) return [];
  const frame = 1 / toNumber(fps);
  const end = Math.max(video.span.end + stand - frame / 4, frame / 2);
  return [`trim=end=${end.toFixed(6)}`];
}

function timeFilters(source: Film, fps: Rational): string[] {
  const stand = standSeconds(source);
  return [
    pictureTimeFilter(source.timeline, fps),
    // Starts at zero by repeating the first frame, so that sound and picture begin together.
    `fps=fps=${formatRational(fps)}:start_time=0:round=near:eof_action=pass`,
    ...(stand > 0 ? [`tpad=stop_mode=clone:stop_duration=${stand.toFixed(3)}`] : []),
    ...endFilters(source, fps, stand),
  ];
}

/** What the filters have done already, or made untrue: encoders would write it, and players do it again. */
const settled = ["DISPLAYMATRIX", "MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"] as const;

function mainChain({ source, fps }: Pick<VideoGraphArgs, "source" | "fps">): string[] {
  const { video } = source;
  return [
    ...frameFilters(video.picture),
    ...formatFilters(video),
    ...cropFilters(video),
    ...fieldFilters(video),
    ...timeFilters(source, fps),
    ...video.picture.turn,
    ...video.colour.filters,
    tagsFilter(video.colour.output),
    ...settled.map((type) => `sidedata=mode=delete:type=${type}`),
  ];
}

function renditionChain(rendition: Rendition, encoder: Encoder): string {
  return [encoder.scale(rendition), "setsar=1"].join(",");
}

export interface VideoGraphArgs {
  readonly source: Film;
  readonly encoder: Encoder;
  readonly renditions: readonly Rendition[];
  /** Of all renditions. */
  readonly fps: Rational;
  readonly overlay?: PlacedOverlay | undefined;
  readonly text?: BurntText | undefined;
}

/**
 * From the source to pictures in the size of the film. An overlay, and text over both, are drawn once, before a device
 * gets them.
 */
function filmChains(args: VideoGraphArgs, given: string): string[] {
  const { source, overlay, text } = args;
  const then = text ? `${textFilter(text)},${given}` : given;
  const { index, picture, colour } = source.video;
  const film = `[0:${index}]${mainChain(args).join(",")}`;
  if (!overlay) return [`${film},${text ? "format=yuv420p," : ""}${then}`];
  const drawing = { overlay, film: picture.displayed, colours: colour.output, base: "film" };
  return [`${film},format=yuv420p[film]`, ...overlayGraph(drawing), `[over]${then}`];
}

/** One decode for all renditions; the outputs are `[v0]`, `[v1]` and so on. */
export function videoGraph(args: VideoGraphArgs): string {
  const { encoder, renditions } = args;
  const inputs = renditions.map((_, index) => `[s${index}]`).join("");
  const split = [...encoder.prepare, `split=${renditions.length}`].join(",");
  const chains = renditions.map(
    (rendition, index) => `[s${index}]${renditionChain(rendition, encoder)}[v${index}]`,
  );
  return [...filmChains(args, `${split}${inputs}`), ...chains].join(";");
}
