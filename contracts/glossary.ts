import { Type, type Static } from "typebox";

/**
 * Glossaries of a project, one for each pair of languages: what a dub says in its own language for a term of the source's.
 *
 *   GET    /v1/glossaries              → 200 GlossaryList
 *   GET    /v1/glossaries/:from/:to    → 200 Glossary
 *   PUT    /v1/glossaries/:from/:to    PutGlossary → 200 Glossary
 *   DELETE /v1/glossaries/:from/:to    → 204
 */
const strict = { additionalProperties: false };

/** Of one project. */
export const mostGlossaries = 100;
export const mostTerms = 1_000;

/** A language, as the shortest tag of RFC 5646 without a script: `pt`, `pt-BR`. */
export const LanguageTag = Type.String({
  pattern: "^[a-z]{2,3}(-[A-Z]{2})?$",
  description: "Tag of RFC 5646, such as `pt` or `pt-BR`",
});

/** A text of one line without space around it. */
const words = (description: string) =>
  Type.String({
    pattern:
      "^[^\\s\\u0000-\\u001F\\u007F-\\u009F]([^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]*[^\\s\\u0000-\\u001F\\u007F-\\u009F])?$",
    minLength: 1,
    maxLength: 100,
    description,
  });

export const GlossaryTerm = Type.Object(
  {
    term: words("A word or more, as they are said in the source; a plural is a term of its own"),
    translation: Type.Optional(
      words("What the dub says for it; the term itself if it is left out"),
    ),
    matchCase: Type.Optional(
      Type.Boolean({
        description:
          "Whether only a term with the same capitals is meant, `Apple` and not `apple`; it is not without it",
      }),
    ),
  },
  { ...strict, title: "GlossaryTerm" },
);
export type GlossaryTerm = Static<typeof GlossaryTerm>;

const Terms = Type.Array(GlossaryTerm, { maxItems: mostTerms });

export const PutGlossary = Type.Object(
  { terms: Type.Array(GlossaryTerm, { minItems: 1, maxItems: mostTerms }) },
  {
    ...strict,
    title: "PutGlossary",
    examples: [
      {
        terms: [{ term: "Framewright" }, { term: "render farm", translation: "quinta de imagens" }],
      },
    ],
  },
);
export type PutGlossary = Static<typeof PutGlossary>;

const pair = { from: LanguageTag, to: LanguageTag };
const times = {
  createdAt: Type.String({ format: "date-time" }),
  updatedAt: Type.String({ format: "date-time" }),
};

export const Glossary = Type.Object(
  { id: Type.String({ format: "uuid" }), ...pair, terms: Terms, ...times },
  { ...strict, title: "Glossary" },
);
export type Glossary = Static<typeof Glossary>;

export const GlossaryList = Type.Object(
  {
    glossaries: Type.Array(
      Type.Object(
        {
          id: Type.String({ format: "uuid" }),
          ...pair,
          terms: Type.Integer({ description: "How many there are" }),
          ...times,
        },
        strict,
      ),
    ),
  },
  { ...strict, title: "GlossaryList" },
);
export type GlossaryList = Static<typeof GlossaryList>;

/** What a worker is given of one: that of the language which it hears is followed. */
export const LeasedGlossary = Type.Object({ from: LanguageTag, terms: Terms }, strict);
export type LeasedGlossary = Static<typeof LeasedGlossary>;
