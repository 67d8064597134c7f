import { Type, type Static } from "typebox";

const perHour = (description: string) => Type.Number({ minimum: 0, maximum: 10_000, description });

/** What the work on a video costs whoever runs the platform; theirs to know, so that nothing is assumed. */
export const Prices = Type.Object(
  {
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217 code, such as EUR" }),
    cpuHour: perHour("Price of one core for an hour"),
    gpuHour: perHour("Price of one GPU's encoder for an hour"),
  },
  {
    additionalProperties: false,
    description: "Prices, for the cost of a plan; none are shown without them",
  },
);
export type Prices = Static<typeof Prices>;
