import { Type, type Static } from "typebox";
import { LeasedMedia, MediaInput } from "./media-input.ts";

const strict = { additionalProperties: false };

/** Where the picture stands; the first one if nothing is stated. */
export const overlayPositions = [
  ...(["bottom-right", "bottom", "bottom-left", "right", "center", "left"] as const),
  ...(["top-right", "top", "top-left"] as const),
] as const;
export type OverlayPosition = (typeof overlayPositions)[number];

const look = {
  position: Type.Optional(Type.Enum(overlayPositions, { default: "bottom-right" })),
  width: Type.Optional(
    Type.Number({
      minimum: 0.01,
      maximum: 1,
      default: 0.15,
      description: "Share of the film's width; the height follows, and is at most the film's",
    }),
  ),
  margin: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 0.4,
      default: 0.03,
      description: "Between the picture and the film's edges, as a share of its shorter side",
    }),
  ),
  opacity: Type.Optional(
    Type.Number({ minimum: 0.05, maximum: 1, default: 1, description: "1 covers what is behind" }),
  ),
  from: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 604_800,
      description: "Seconds of the result; its start if it is not stated",
    }),
  ),
  to: Type.Optional(
    Type.Number({
      minimum: 0.1,
      maximum: 604_800,
      description: "Seconds of the result; its end if it is not stated",
    }),
  ),
};

/** A picture over the film. */
export const Overlay = Type.Object(
  { input: MediaInput, ...look },
  {
    ...strict,
    title: "Overlay",
    description: "A picture (PNG, JPEG or WebP, at most 20 MB) over the film, such as a logo",
  },
);
export type Overlay = Static<typeof Overlay>;

/** No picture of an overlay is larger. */
export const maxOverlayBytes = 20_000_000;

/** The same in a lease: where a worker gets the picture. */
export const LeasedOverlay = Type.Object({ ...look, source: LeasedMedia }, strict);
export type LeasedOverlay = Static<typeof LeasedOverlay>;
/** How it looks, wherever the picture comes from. */
export type OverlayLook = Omit<LeasedOverlay, "source">;
