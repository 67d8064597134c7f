import type { OverlayLook, OverlayPosition } from "@framewright/contracts/overlay.ts";
import { scaleMatrix, tagsFilter, type ColourTags } from "./colour.ts";
import type { Size } from "./picture.ts";

/** A picture of ours, in the size in which it is shown. */
export interface PlacedOverlay {
  /** A PNG file. */
  readonly path: string;
  readonly size: Size;
  readonly look: OverlayLook;
}

/** Pixels of the film that it covers. */
export interface OverlayBox extends Size {
  readonly left: number;
  readonly top: number;
}

/** 4:2:0 has colours for two by two pixels. */
function evenDown(value: number): number {
  return 2 * Math.floor(value / 2);
}

const across = { left: 0, center: 0.5, right: 1 } as const;
type Place = readonly [horizontal: number, vertical: number];

/** As shares of the room that the picture leaves. */
const places = {
  "top-left": [across.left, 0],
  top: [across.center, 0],
  "top-right": [across.right, 0],
  left: [across.left, 0.5],
  center: [across.center, 0.5],
  right: [across.right, 0.5],
  "bottom-left": [across.left, 1],
  bottom: [across.center, 1],
  "bottom-right": [across.right, 1],
} as const satisfies Record<OverlayPosition, Place>;

/** The room that a picture is scaled into. */
export function overlayRoom(film: Size, { width = 0.15, margin = 0.03 }: OverlayLook): Size {
  const edge = 2 * margin * Math.min(film.width, film.height);
  return {
    width: Math.max(2, evenDown(Math.min(width * film.width, film.width - edge))),
    height: Math.max(2, evenDown(film.height - edge)),
  };
}

export function overlayBox(film: Size, { size, look }: Omit<PlacedOverlay, "path">): OverlayBox {
  const { position = "bottom-right", margin = 0.03 } = look;
  const [horizontal, vertical] = places[position];
  const edge = margin * Math.min(film.width, film.height);
  const at = (whole: number, own: number, share: number): number =>
    Math.max(0, evenDown(edge + (whole - own - 2 * edge) * share));
  return {
    ...size,
    left: at(film.width, size.width, horizontal),
    top: at(film.height, size.height, vertical),
  };
}

/** When it is shown; nothing where it always is. */
function enableOf({ from = 0, to }: OverlayLook): string {
  if (to !== undefined) return `:enable='between(t,${from},${to})'`;
  return from > 0 ? `:enable='gte(t,${from})'` : "";
}

/** Makes a stranger's picture one of ours: scaled into the room, and as opaque as it is shown. */
export function overlayPictureFilters(film: Size, look: OverlayLook): string {
  const { width, height } = overlayRoom(film, look);
  const { opacity = 1 } = look;
  return [
    "format=rgba",
    `scale=${width}:${height}:flags=bicubic:force_original_aspect_ratio=decrease:force_divisible_by=2`,
    "setsar=1",
    ...(opacity < 1 ? [`colorchannelmixer=aa=${opacity}`] : []),
  ].join(",");
}

/** Opens a picture of ours as a second input; it stands still for as long as the film lasts. */
export function overlayInputArgs(overlay: PlacedOverlay | undefined): string[] {
  if (!overlay) return [];
  return [
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", "png_pipe", "-f", "png_pipe"],
    ...["-i", `file:${overlay.path}`],
  ];
}

export interface OverlayGraphArgs {
  readonly overlay: PlacedOverlay;
  readonly film: Size;
  readonly colours: ColourTags;
  /** Label of the film's pictures. */
  readonly base: string;
}

/** Chains that lead to `[over]`, in the film's colours: what is drawn over takes on the tags of both. */
export function overlayGraph({ overlay, film, colours, base }: OverlayGraphArgs): string[] {
  const { left, top } = overlayBox(film, overlay);
  const matrix = `out_color_matrix=${scaleMatrix(colours.matrix)}:out_range=tv`;
  return [
    `[1:v]scale=${matrix},format=yuva420p,${tagsFilter(colours)}[logo]`,
    `[${base}][logo]overlay=x=${left}:y=${top}:format=yuv420:eof_action=repeat${enableOf(overlay.look)}[over]`,
  ];
}
