import type { ShapeChange } from "./shape-changes.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels that the container cuts off the decoded picture (Matroska's PixelCrop, MP4's `clap`). */
export interface Crop extends Size {
  readonly left: number;
  readonly top: number;
}

/** How the decoded picture becomes the one that is seen. */
export interface Picture {
  /** As the decoder gives it out. */
  readonly decoded: Size;
  /** Width of one pixel over its height. */
  readonly pixelAspect: number;
  readonly crop: Crop | undefined;
  /** ffmpeg filters that turn and mirror, as the display matrix says. */
  readonly turn: readonly string[];
  /** In square pixels, after all of these. */
  readonly displayed: Size;
  /** The shapes that follow on each other, where there is more than one. */
  readonly changes: readonly ShapeChange[];
}

/** Display aspect of the picture at hand. ffmpeg gives every picture the pixel shape of the first one. */
function aspectAt(changes: readonly ShapeChange[]): string {
  const [first, ...later] = changes;
  if (!first) return "dar";
  const pixel = later.reduce(
    (before, { at, pixelAspect }) => `if(gte(t,${at - 0.001}),${pixelAspect},${before})`,
    `${first.pixelAspect}`,
  );
  return `(iw/ih*${pixel})`;
}

/**
 * Brings every decoded picture into the frame that the plan is made for, and its own shape into the
 * shape of that frame: a source may change both in the middle. What is as planned passes untouched.
 * The filters behind rely on the constant size; ffmpeg's own insertions (rotation, cropping) do not
 * survive a change, which is why they are switched off.
 */
export function frameFilters({ decoded, pixelAspect, changes }: Picture): string[] {
  const { width, height } = decoded;
  const shape = (width * pixelAspect) / height;
  const aspect = aspectAt(changes);
  const scaled = (side: number, ratio: string): string =>
    `if(gt(${ratio},0.99),${side},2*round(${side}*max(${ratio},0.02)/2))`;
  return [
    `scale=w='${scaled(width, `${aspect}/${shape}`)}':h='${scaled(height, `${shape}/${aspect}`)}':eval=frame`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:eval=frame`,
    `setsar=${Math.round(pixelAspect * 10000)}/10000`,
  ];
}
