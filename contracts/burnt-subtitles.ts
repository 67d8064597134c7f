import { Type, type Static } from "typebox";
import { LeasedMedia, MediaInput } from "./media-input.ts";

const strict = { additionalProperties: false };

/** Which of the source's own subtitles. */
const choice = {
  track: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 999,
      description:
        "Number of the stream in the source, as ffprobe counts and as `choices` of a job name it",
    }),
  ),
  language: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$",
      maxLength: 35,
      description: "The first text subtitles of the source in this language, such as `de`",
    }),
  ),
};

const look = {
  size: Type.Optional(
    Type.Number({
      minimum: 0.02,
      maximum: 0.15,
      default: 0.06,
      description: "Height of a line, as a share of the film's height",
    }),
  ),
  position: Type.Optional(Type.Enum(["bottom", "top"], { default: "bottom" })),
  margin: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 0.4,
      default: 0.05,
      description: "Between the text and the film's lower or upper edge, as a share of its height",
    }),
  ),
  box: Type.Optional(
    Type.Boolean({
      default: false,
      description: "On a dark box in place of letters with a dark edge",
    }),
  ),
};

/** Text in the pictures themselves, for players that show no subtitles. */
export const BurntSubtitles = Type.Object(
  { input: Type.Optional(MediaInput), ...choice, ...look },
  {
    ...strict,
    title: "BurntSubtitles",
    description:
      "Subtitles drawn into the pictures: of `input`, a file of WebVTT or SubRip (at most 8 MB) whose times count from the " +
      "start of the source, or of the source itself by `track` or `language`; without any of these, those of the source " +
      "that play by default, or else its first",
  },
);
export type BurntSubtitles = Static<typeof BurntSubtitles>;

/** No file of subtitles is larger. */
export const maxSubtitleBytes = 8_000_000;

/** The same in a lease: where a worker gets the file, if there is one. */
export const LeasedSubtitles = Type.Object(
  { ...choice, ...look, source: Type.Optional(LeasedMedia) },
  strict,
);
export type LeasedSubtitles = Static<typeof LeasedSubtitles>;
/** How it looks, wherever the text comes from. */
export type SubtitleLook = Pick<BurntSubtitles, keyof typeof look>;
