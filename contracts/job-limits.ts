import { Type, type Static } from "typebox";

const strict = { additionalProperties: false };
const seconds = (description: string) => Type.Integer({ minimum: 1, description });

/** What a job may cost. A file that would cost more ends as `source-too-large`, `source-too-long` or `too-much-work`. */
export const JobLimits = Type.Object(
  {
    maxUploadBytes: Type.Integer({ minimum: 0, description: "Largest file that can be uploaded" }),
    urlInput: Type.Optional(
      Type.Object(
        {
          schemes: Type.Array(Type.String()),
          ports: Type.Array(Type.Integer()),
          maxBytes: Type.Integer({ description: "Largest file" }),
          maxSeconds: seconds("Until it must be complete"),
        },
        { ...strict, description: "Of jobs whose input is a URL; absent where there are none" },
      ),
    ),
    inputBuckets: Type.Optional(
      Type.Array(
        Type.Object(
          { bucket: Type.String(), prefixes: Type.Array(Type.String()) },
          { ...strict, description: "As the input of a job names it" },
        ),
        {
          description:
            "Where jobs of this project may take files from; absent where there are none",
        },
      ),
    ),
    maxSourceSeconds: seconds("Longest video or sound"),
    encode: Type.Object(
      {
        freeSeconds: Type.Integer({
          minimum: 0,
          description: "Seconds that an encode may take, however small the file is",
        }),
        secondsPerMegabyte: Type.Integer({
          minimum: 0,
          description: "Seconds beside these for each million bytes of the file",
        }),
        maxSeconds: Type.Object(
          {
            "720p": seconds("Of a job whose tallest rung has at most 720 pixels"),
            "1080p": seconds("Of a job whose tallest rung has at most 1080 pixels"),
            "2160p": seconds("Of a job whose tallest rung has at most 2160 pixels"),
          },
          { ...strict, description: "Seconds that an encode may take at most" },
        ),
      },
      {
        ...strict,
        description:
          "How long the encode of a job may take on one worker: freeSeconds and secondsPerMegabyte together, at most " +
          "maxSeconds. It is estimated from the length, the rate and the sizes of the result before the encode begins",
      },
    ),
  },
  { ...strict, title: "JobLimits" },
);
export type JobLimits = Static<typeof JobLimits>;

const hour = 3600;

/** What one PUT of S3 carries; larger files come in parts. Its largest object: 5 TiB, in parts of at most 5 GiB. */
export const maxPutBytes = 5 * 1024 ** 3;
export const maxObjectBytes = 5 * 1024 ** 4;

/** A worker's scratch space holds the source and outputs of about its size; a job that cannot end is not begun. */
export const scratchPerSource = 2;

/**
 * The defaults. The largest upload is what the scratch space of a CPU worker is for (10 GiB). Four hours of 1080p at 30 frames per second take about
 * as long on the two cores of their size class (`config/tiers.ts`), and four hours of 2160p at 60 about 19 hours on four.
 * Two minutes for each megabyte let films of 70 kbit/s, such as slides with a voice, take as long as they last.
 */
export const defaultJobLimits: JobLimits = {
  maxUploadBytes: 5 * 1024 ** 3,
  maxSourceSeconds: 4 * hour,
  encode: {
    freeSeconds: hour / 3,
    secondsPerMegabyte: 120,
    maxSeconds: { "720p": 8 * hour, "1080p": 12 * hour, "2160p": 24 * hour },
  },
};
