import { Type, type Static } from "typebox";
import { LanguageTag, LeasedGlossary, mostGlossaries } from "./glossary.ts";
import { Line } from "./text.ts";

const strict = { additionalProperties: false };

export const DubLanguage = LanguageTag;

/** What is said, in another language. */
export const Dub = Type.Object(
  {
    language: DubLanguage,
    from: Type.Optional({
      ...DubLanguage,
      description: "What is spoken in the source; heard from its sound if it is not stated",
    }),
    voice: Type.Optional(
      Line({
        minLength: 1,
        maxLength: 100,
        description:
          "Name of a voice of the stack's speech service; the service's first one of the language if it is not stated",
      }),
    ),
    transcriptOf: Type.Optional(
      Type.String({
        format: "uuid",
        description:
          "A job that has dubbed the same source into this language: its transcript, with the corrections, is spoken, and only " +
          "what has changed is translated and spoken anew",
      }),
    ),
    captions: Type.Optional(
      Type.Boolean({
        default: true,
        description: "Whether what is said becomes subtitles, in both languages",
      }),
    ),
    glossary: Type.Optional(
      Type.Boolean({
        description:
          "`false` follows no glossary; otherwise that of the project for the two languages is followed, where it has one",
      }),
    ),
    lipSync: Type.Optional(
      Type.Boolean({
        description:
          "Whether an MP4 file is made as well in which lips move with the voice, `results.lipSync`; not without it. It needs a " +
          "service of the stack for that",
      }),
    ),
  },
  {
    ...strict,
    title: "Dub",
    description:
      "One more sound in which a voice speaks the translation of what is said, over the source's own sound; that stays as " +
      "it is, and plays by default",
  },
);
export type Dub = Static<typeof Dub>;

/** The feature of workers that have model services. */
export const dubFeature = "dub";
/** And of those that speak a transcript which they are given. */
export const dubScriptFeature = "dub-script";

/** And of those that follow glossaries. */
export const glossaryFeature = "dub-glossary";
/** And of those that have a service of lip synchronisation. */
export const lipSyncFeature = "dub-lip-sync";

/** An attempt reports no more lines than this; three hours of talk have about 2,700. */
export const maxDubLines = 4_000;

const text = Type.String({ maxLength: 2_000 });

/** One line of a dub. Times are seconds of the result. */
export const DubLine = Type.Object(
  {
    start: Type.Number({ description: "When the original begins" }),
    end: Type.Number({ description: "When the original ends" }),
    text,
    translation: text,
    dubStart: Type.Number({ description: "When the voice begins" }),
    dubEnd: Type.Number({ description: "When the voice ends" }),
    naturalSeconds: Type.Number({ description: "How long the voice takes at its own pace" }),
    speed: Type.Number({ description: "At which the voice spoke; 1 is its own pace" }),
    stretch: Type.Number({
      description: "By which it was made faster afterwards; 1 is not at all",
    }),
    overSeconds: Type.Number({
      minimum: 0,
      description: "By which it is longer than its time, as no word is cut",
    }),
  },
  { ...strict, title: "DubLine" },
);
export type DubLine = Static<typeof DubLine>;

/** What a worker is given to speak. Without a translation the line is translated. */
export const ScriptLine = Type.Object(
  { start: Type.Number(), end: Type.Number(), text, translation: Type.Optional(text) },
  strict,
);
export type ScriptLine = Static<typeof ScriptLine>;

/** A dub in a lease. */
export const LeasedDub = Type.Object(
  {
    ...Dub.properties,
    script: Type.Optional(Type.Array(ScriptLine, { maxItems: maxDubLines })),
    glossaries: Type.Optional(Type.Array(LeasedGlossary, { maxItems: mostGlossaries })),
  },
  strict,
);
export type LeasedDub = Static<typeof LeasedDub>;

const corrected = {
  text: Type.Optional(
    Line({ minLength: 1, maxLength: 2_000, description: "What is said in the source" }),
  ),
  translation: Type.Optional(
    Line({
      minLength: 1,
      maxLength: 2_000,
      description:
        "What the voice says; without it a corrected text is translated. One without letters is not spoken",
    }),
  ),
};

export const LineCorrection = Type.Object(
  {
    line: Type.Integer({
      minimum: 0,
      maximum: maxDubLines - 1,
      description: "Which one: its place in `lines`, from 0",
    }),
    ...corrected,
  },
  { ...strict, minProperties: 2, title: "LineCorrection" },
);
export type LineCorrection = Static<typeof LineCorrection>;

/** All corrections of a transcript. */
export const CorrectTranscript = Type.Object(
  {
    lines: Type.Array(LineCorrection, {
      maxItems: maxDubLines,
      description: "All corrections: one that is left out is taken back",
    }),
  },
  {
    ...strict,
    title: "CorrectTranscript",
    examples: [{ lines: [{ line: 3, text: "Then you wait.", translation: "Depois, espere." }] }],
  },
);
export type CorrectTranscript = Static<typeof CorrectTranscript>;

/** How far the voice and the lips of the original go together, by their times. */
export const DubSync = Type.Object(
  {
    together: Type.Number({
      minimum: 0,
      maximum: 1,
      description: "Share of the time in which either speaks in which both do: 1 is always",
    }),
    voiceAloneSeconds: Type.Number({
      minimum: 0,
      description: "The voice speaks, and in the original nobody does",
    }),
    originalAloneSeconds: Type.Number({
      minimum: 0,
      description: "In the original somebody speaks, and the voice does not",
    }),
  },
  { ...strict, title: "DubSync" },
);
export type DubSync = Static<typeof DubSync>;

const summary = {
  language: DubLanguage,
  from: DubLanguage,
  voice: Type.String(),
  wordErrorRate: Type.Number({
    description: "Share of the translation's words that a listener hears wrongly: 0 is none",
  }),
  worstStartSeconds: Type.Number({
    description: "The largest distance between the start of a line and that of its original",
  }),
  overlong: Type.Integer({ description: "Lines that are longer than their time" }),
  sync: Type.Optional(DubSync),
};

/** What an attempt reports. */
export const DubResult = Type.Object(
  { ...summary, lines: Type.Array(DubLine, { minItems: 1, maxItems: maxDubLines }) },
  strict,
);
export type DubResult = Static<typeof DubResult>;

/** What a job shows of it. */
export const DubSummary = Type.Object(
  { ...summary, lines: Type.Integer({ description: "How many there are" }) },
  {
    ...strict,
    title: "DubSummary",
    description: "How the dub came out; its lines are at `/transcript`",
  },
);
export type DubSummary = Static<typeof DubSummary>;

export const TranscriptLine = Type.Object(
  {
    ...DubLine.properties,
    correction: Type.Optional(
      Type.Object(corrected, {
        ...strict,
        description: "What a job with this one as `transcriptOf` says instead",
      }),
    ),
  },
  { ...strict, title: "TranscriptLine" },
);
export type TranscriptLine = Static<typeof TranscriptLine>;

/** Of a job that has a dub and has succeeded. */
export const Transcript = Type.Object(
  {
    jobId: Type.String({ format: "uuid" }),
    ...summary,
    lines: Type.Array(TranscriptLine),
  },
  { ...strict, title: "Transcript" },
);
export type Transcript = Static<typeof Transcript>;
