import { Type, type Static } from "typebox";

const strict = { additionalProperties: false };

const ConsoleLine = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "A line of the page's console, as a whole",
});

/** From when on a page is recorded. */
export const EgressReadiness = Type.Union(
  [
    Type.Object(
      {
        when: Type.Literal("load"),
        seconds: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 60,
            default: 1,
            description: "After its event `load`",
          }),
        ),
      },
      strict,
    ),
    Type.Object(
      {
        when: Type.Literal("selector"),
        selector: Type.String({
          minLength: 1,
          maxLength: 500,
          description: "Of CSS; something that it matches can be seen",
        }),
      },
      strict,
    ),
    Type.Object(
      {
        when: Type.Literal("console"),
        text: ConsoleLine,
      },
      strict,
    ),
  ],
  { title: "EgressReadiness", description: "From when on the page is recorded" },
);
export type EgressReadiness = Static<typeof EgressReadiness>;

export const EgressPage = Type.Object(
  {
    ready: Type.Optional(EgressReadiness),
    width: Type.Optional(
      Type.Integer({ minimum: 320, maximum: 1920, multipleOf: 2, default: 1280 }),
    ),
    height: Type.Optional(
      Type.Integer({ minimum: 240, maximum: 1080, multipleOf: 2, default: 720 }),
    ),
    until: Type.Optional(
      Type.Object(
        { when: Type.Literal("console"), text: ConsoleLine },
        { ...strict, description: "Ends the recording in order: the page has written this line" },
      ),
    ),
  },
  {
    ...strict,
    title: "EgressPage",
    description: "How a page is shown, in pixels. It is recorded with 30 pictures a second",
  },
);
export type EgressPage = Static<typeof EgressPage>;

export const pageDefaults = {
  ...{ width: 1280, height: 720 },
  ready: { when: "load", seconds: 1 },
} as const satisfies Required<Omit<EgressPage, "until">>;
