import { Type, type Static } from "typebox";

const strict = { additionalProperties: false };
const seconds = (description: string) => Type.Number({ minimum: 0, description });
const bytes = (description: string) => Type.Integer({ minimum: 0, description });
const ms = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, description: `Milliseconds: ${description}` }));

const phases = {
  downloadMs: ms("fetching the source"),
  probeMs: ms("finding out what is in it"),
  dubMs: ms("hearing, translating and speaking"),
  encodeMs: ms("encoding"),
  verifyMs: ms("comparing the result with the plan"),
  packageMs: ms("making the outputs beside HLS"),
  uploadMs: ms("storing what was not stored while encoding"),
};

const spent = {
  cpuSeconds: seconds(
    "CPU time of the processes that read and made media, user and system, as the kernel counts it",
  ),
  gpuSeconds: seconds("Time for which a process had a GPU's encoder; 0 on CPU workers"),
  bytesIn: bytes("Fetched as the source"),
  bytesOut: bytes("Sent to the object store"),
};

/** What an attempt used, as its worker measured it, however the attempt ended. */
export const Usage = Type.Object(
  { ...spent, phases: Type.Object(phases, { ...strict, description: "As far as it came" }) },
  strict,
);
export type Usage = Static<typeof Usage>;

export const Money = Type.Object(
  { currency: Type.String(), amount: Type.Number({ minimum: 0 }) },
  strict,
);
export type Money = Static<typeof Money>;

/** What a job that has ended used in all its attempts. */
export const JobCost = Type.Object(
  {
    ...spent,
    phases: Type.Object(
      { queuedMs: ms("waiting for the first attempt"), ...phases },
      { ...strict, description: "All attempts together" },
    ),
    attempts: Type.Integer({
      minimum: 1,
      description: "That were measured: one whose worker fell silent is not",
    }),
    price: Type.Optional({
      ...Money,
      description:
        "Of CPU and GPU seconds, by the prices of the stack's config when the attempts ended; absent without these",
    }),
  },
  { ...strict, title: "JobCost" },
);
export type JobCost = Static<typeof JobCost>;
