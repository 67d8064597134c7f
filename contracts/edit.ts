import { Type, type Static } from "typebox";
import { BurntSubtitles, LeasedSubtitles } from "./burnt-subtitles.ts";
import { LeasedOverlay, Overlay } from "./overlay.ts";
import { Dub, dubFeature, LeasedDub } from "./dub.ts";
import type { DocumentProblem } from "./profile.ts";

const strict = { additionalProperties: false };
/** A week, as for descriptions of a source. */
const farthest = 604_800;

/** A shorter one has too few samples for an encoder of sound. */
export const shortestClipSeconds = 0.1;

/** A part of the source. */
export const Clip = Type.Object(
  {
    start: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: farthest,
        description: "Seconds from the start of the source; 0 if it is not stated",
      }),
    ),
    end: Type.Optional(
      Type.Number({
        minimum: shortestClipSeconds,
        maximum: farthest,
        description:
          "Seconds from the start of the source; where the source ends earlier, or if it is not stated, the source's end",
      }),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    title: "Clip",
    description:
      "Only this part of the source, exact to the picture; sound and subtitles are cut with it",
  },
);
export type Clip = Static<typeof Clip>;

/** What is changed of the film itself. */
export const Edit = Type.Object(
  {
    clip: Type.Optional(Clip),
    overlay: Type.Optional(Overlay),
    subtitles: Type.Optional(BurntSubtitles),
    dub: Type.Optional(Dub),
  },
  {
    ...strict,
    minProperties: 1,
    title: "Edit",
    description: "What is changed of the film before it is encoded",
  },
);
export type Edit = Static<typeof Edit>;

/** The same in a lease. */
export const LeasedEdit = Type.Object(
  {
    clip: Type.Optional(Clip),
    overlay: Type.Optional(LeasedOverlay),
    subtitles: Type.Optional(LeasedSubtitles),
    dub: Type.Optional(LeasedDub),
  },
  strict,
);
export type LeasedEdit = Static<typeof LeasedEdit>;

/** The feature that a worker states if it can do a part of an edit. */
export const editFeatures = {
  clip: "clip",
  overlay: "overlay",
  subtitles: "burnt-subtitles",
  dub: dubFeature,
} as const satisfies Record<keyof Edit, string>;
export const editParts = [
  "clip",
  "overlay",
  "subtitles",
  "dub",
] as const satisfies readonly (keyof Edit)[];
/** The parts that may take a file of their own. */
export const editInputs = ["overlay", "subtitles"] as const satisfies readonly (keyof Edit)[];

function clipProblems({ start = 0, end }: Clip): DocumentProblem[] {
  if (end === undefined || end >= start + shortestClipSeconds) return [];
  const message = `must be at least ${shortestClipSeconds} s behind clip.start, which is ${start}, but is ${end}`;
  return [{ path: "/clip/end", message }];
}

function overlayProblems({ from = 0, to }: Overlay): DocumentProblem[] {
  if (to === undefined || to > from) return [];
  const message = `must be behind overlay.from, which is ${from}, but is ${to}`;
  return [{ path: "/overlay/to", message }];
}

/** Of these, at most one says which subtitles. */
const subtitleSources = ["input", "track", "language"] as const;

function subtitleProblems(subtitles: BurntSubtitles): DocumentProblem[] {
  const [first, second] = subtitleSources.filter((name) => subtitles[name] !== undefined);
  if (second === undefined) return [];
  const message = `and subtitles.${first ?? ""} are both given; send one`;
  return [{ path: `/subtitles/${second}`, message }];
}

/** What the schema of an edit cannot express; for edits that fit the schema. */
export function editProblems({ clip, overlay, subtitles }: Edit): DocumentProblem[] {
  return [
    ...(clip ? clipProblems(clip) : []),
    ...(overlay ? overlayProblems(overlay) : []),
    ...(subtitles ? subtitleProblems(subtitles) : []),
  ];
}
