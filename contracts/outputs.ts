import { Type, type Static } from "typebox";

const strict = { additionalProperties: false };
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

const everySeconds = Type.Optional(
  whole(
    1,
    3600,
    "Seconds from one picture to the next; 10 if neither it nor another count is sent",
  ),
);
const pictureWidth = (pixels: number, maximum: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 32,
      maximum,
      multipleOf: 2,
      description: `Width in pixels, even; ${pixels} without it. No picture is scaled up`,
    }),
  );

/** Pictures of one output; where a film would have more, they lie further apart. */
export const mostThumbnails = 500;
export const mostSpritePictures = 2000;
export const defaultEverySeconds = 10;
export const defaultWidths = { thumbnails: 320, sprite: 160 } as const;

/** The forms in which players get what a job makes. One encode serves all of them. */
export const Outputs = Type.Object(
  {
    hls: Type.Optional(
      Type.Object(
        {
          early: Type.Optional(
            Type.Boolean({
              description:
                "Whether one rendition can be played while the rest is encoded: a running job then has `earlyPlaybackUrl`; not without it",
            }),
          ),
        },
        { ...strict, description: "HLS with segments of fragmented MP4" },
      ),
    ),
    dash: Type.Optional(
      Type.Object(
        {},
        {
          ...strict,
          description:
            "A DASH manifest over the segments of HLS, which are stored once; the playlists of HLS come with it",
        },
      ),
    ),
    mp4: Type.Optional(
      Type.Object(
        {
          rendition: Type.Optional(
            Type.String({
              pattern: "^[1-9][0-9]{1,3}p(-[a-z0-9]{1,8})?$",
              description:
                "Of which rung the pictures are, such as 720p or 1080p-hevc; without it the tallest in H.264, or in the " +
                "ladder's own codec where it has no H.264. Where the source is too small for that rung, the rendition of its " +
                "codec that is nearest in height is taken",
            }),
          ),
        },
        {
          ...strict,
          description:
            "One MP4 file for progressive playback: one rendition and the default sound, or the dub",
        },
      ),
    ),
    audio: Type.Optional(
      Type.Object(
        {},
        { ...strict, description: "The default sound, or the dub, as a file of its own (M4A)" },
      ),
    ),
    thumbnails: Type.Optional(
      Type.Object(
        {
          everySeconds,
          count: Type.Optional(
            whole(1, mostThumbnails, "So many pictures, evenly spread; instead of `everySeconds`"),
          ),
          width: pictureWidth(defaultWidths.thumbnails, 1920),
        },
        { ...strict, description: `Pictures as JPEG files, at most ${mostThumbnails}` },
      ),
    ),
    sprite: Type.Optional(
      Type.Object(
        { everySeconds, width: pictureWidth(defaultWidths.sprite, 320) },
        {
          ...strict,
          description:
            "Small pictures on sheets, and a WebVTT file that says which part of which sheet belongs to which time " +
            `(\`#xywh=\`), for the seek bar of a player; at most ${mostSpritePictures} pictures`,
        },
      ),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    title: "Outputs",
    description:
      "What players get, each where its name is there; without it what the profile says, which is HLS alone where that says " +
      "nothing. What the source has nothing for is left out with a warning, such as thumbnails of a file without pictures",
  },
);
export type Outputs = Static<typeof Outputs>;
export type OutputName = keyof Outputs;

export const defaultOutputs: Outputs = { hls: {} };

/** Whether players get segments: otherwise only what the files are made of is encoded. */
export function hasSegments({ hls, dash }: Outputs): boolean {
  return hls !== undefined || dash !== undefined;
}

/** Whether this is what every job made before there was a choice; workers of that version know nothing else. */
export function isHlsAlone(outputs: Outputs): boolean {
  return Object.keys(outputs).join() === "hls" && outputs.hls?.early !== true;
}

/** Where in a document, as a JSON pointer, and what is wrong there. */
interface OutputProblem {
  readonly path: string;
  readonly message: string;
}

/** What the schema of outputs cannot express. `rungs` are the names of the ladder's. */
export function outputProblems(
  { mp4, thumbnails }: Outputs,
  rungs: readonly string[],
  path = "",
): OutputProblem[] {
  const rendition = mp4?.rendition;
  const both = thumbnails?.count !== undefined && thumbnails.everySeconds !== undefined;
  return [
    ...(rendition === undefined || rungs.includes(rendition)
      ? []
      : [
          {
            path: `${path}/mp4/rendition`,
            message: `must be a rung of the ladder, one of ${rungs.join(", ")}, but is "${rendition}"`,
          },
        ]),
    ...(both
      ? [
          {
            path: `${path}/thumbnails`,
            message: "has both count and everySeconds; send one of them",
          },
        ]
      : []),
  ];
}

const path = Type.String({ description: "Path under the attempt's prefix" });
const bytes = Type.Integer({ minimum: 1, description: "Of all its own files together" });
const length = Type.Number({ exclusiveMinimum: 0 });
const pixels = Type.Integer({ minimum: 1, description: "Pixels" });
const codecs = Type.String({ description: "RFC 6381 string read from the bitstream" });

/** What was made beside HLS. */
export const OutputResults = Type.Object(
  {
    dash: Type.Optional(
      Type.Object(
        {
          path,
          bytes,
          texts: Type.Array(Type.String(), {
            maxItems: 64,
            description: "Paths of the subtitles, each a whole WebVTT file; part of `bytes`",
          }),
        },
        { ...strict, description: "The manifest; its segments are those of `renditions`" },
      ),
    ),
    mp4: Type.Optional(
      Type.Object(
        {
          ...{ path, bytes, durationSeconds: length, codecs },
          rendition: Type.String({ description: "Whose pictures it has" }),
          width: pixels,
          height: pixels,
        },
        strict,
      ),
    ),
    audio: Type.Optional(
      Type.Object(
        {
          ...{ path, bytes, durationSeconds: length, codecs },
          channels: Type.Integer({ minimum: 1 }),
          language: Type.Optional(Type.String({ description: "RFC 5646" })),
        },
        strict,
      ),
    ),
    lipSync: Type.Optional(
      Type.Object(
        {
          ...{ path, bytes, durationSeconds: length, codecs },
          rendition: Type.String({ description: "Whose pictures were worked on" }),
          language: Type.String({ description: "RFC 5646" }),
          width: pixels,
          height: pixels,
        },
        { ...strict, description: "Of a dub: the voice, and lips that move with it" },
      ),
    ),
    thumbnails: Type.Optional(
      Type.Object(
        {
          pictures: Type.Array(
            Type.Object({ path, atSeconds: Type.Number({ minimum: 0 }) }, strict),
            { minItems: 1, maxItems: mostThumbnails },
          ),
          ...{ bytes, width: pixels, height: pixels },
        },
        strict,
      ),
    ),
    sprite: Type.Optional(
      Type.Object(
        {
          path: Type.String({ description: "Path of the WebVTT file under the attempt's prefix" }),
          sheets: Type.Array(Type.String({ description: "Path of a sheet" }), {
            minItems: 1,
            maxItems: mostSpritePictures,
          }),
          pictures: Type.Integer({ minimum: 1 }),
          everySeconds: Type.Number({ exclusiveMinimum: 0 }),
          columns: Type.Integer({ minimum: 1, description: "Pictures side by side on a sheet" }),
          rows: Type.Integer({ minimum: 1, description: "Rows of pictures on a sheet" }),
          bytes,
          width: Type.Integer({ minimum: 1, description: "Of one picture, in pixels" }),
          height: Type.Integer({ minimum: 1, description: "Of one picture, in pixels" }),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type OutputResults = Static<typeof OutputResults>;

const FileUrl = Type.String({ description: "Needs no key; ends at `playbackExpiresAt`" });
const { dash, mp4, audio, lipSync, thumbnails, sprite } = OutputResults.properties;

/** What was made beside HLS, each with the address of its file. */
export const JobFiles = Type.Object(
  {
    dash: Type.Optional(Type.Object({ url: FileUrl, ...dash.properties }, strict)),
    mp4: Type.Optional(Type.Object({ url: FileUrl, ...mp4.properties }, strict)),
    audio: Type.Optional(Type.Object({ url: FileUrl, ...audio.properties }, strict)),
    lipSync: Type.Optional(Type.Object({ url: FileUrl, ...lipSync.properties }, strict)),
    thumbnails: Type.Optional(
      Type.Object(
        {
          baseUrl: Type.String({
            description: "With the `path` of a picture behind it, the address of the picture",
          }),
          ...thumbnails.properties,
        },
        strict,
      ),
    ),
    sprite: Type.Optional(Type.Object({ url: FileUrl, ...sprite.properties }, strict)),
  },
  { ...strict, title: "JobFiles", description: "What was made of `outputs` beside HLS" },
);
export type JobFiles = Static<typeof JobFiles>;
