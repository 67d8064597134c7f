import { setImmediate as breathe } from "node:timers/promises";
import { Type, type Static } from "typebox";
import { Refusal } from "../http/refusal.ts";
import type { ModelServer } from "../http/model-server.ts";
import type { Translator } from "./bergamot.ts";
import { findPair, languages, pairs, type Pair } from "./pairs.ts";

export const mtModel = "bergamot-tiny";

/** Texts of one request. */
const maxTexts = 128;

const TranslateBody = Type.Object({
  q: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: maxTexts })]),
  source: Type.String({ minLength: 1, maxLength: 20 }),
  target: Type.String({ minLength: 1, maxLength: 20 }),
  format: Type.Optional(Type.String()),
});
type TranslateBody = Static<typeof TranslateBody>;

function pairOf({ source, target, format = "text" }: TranslateBody): Pair {
  if (format !== "text") {
    throw new Refusal(400, "unsupported_format", `format is "${format}"; only "text" is supported`);
  }
  const found = findPair(source, target);
  if (found !== undefined) return found;
  const there = pairs.map((pair) => `${pair.source} to ${pair.target}`).join(", ");
  const why = source === "auto" ? "No language is detected here: name the source" : "Unsupported";
  throw new Refusal(
    400,
    "unsupported_pair",
    `${why}: "${source}" to "${target}". There are ${there}`,
  );
}

/** The texts, each with something in it and not too long. */
function textsOf(q: string | readonly string[], maxCharacters: number): readonly string[] {
  const texts = typeof q === "string" ? [q] : q;
  texts.forEach((text, index) => {
    const which = typeof q === "string" ? "q" : `q[${index}]`;
    if (text.trim() === "") throw new Refusal(400, "empty_text", `${which} is empty`);
    if (text.length > maxCharacters) {
      const message = `${which} has ${text.length} characters; at most ${maxCharacters} are translated`;
      throw new Refusal(400, "too_long", message);
    }
  });
  return texts;
}

/** One text after the other, so that probes are answered in between: the engine blocks the thread. */
async function translateAll(
  translator: Translator,
  pair: Pair,
  texts: readonly string[],
): Promise<string[]> {
  const translated: string[] = [];
  for (const text of texts) {
    translated.push(translator.translate(pair, text));
    await breathe();
  }
  return translated;
}

/** LibreTranslate's POST /translate and GET /languages. */
export function addTranslation(
  { app, inTurn, metrics }: ModelServer,
  maxCharacters: number,
  translator: () => Translator,
): void {
  app.get("/languages", () => languages());
  app.post<{ Body: TranslateBody }>(
    "/translate",
    { schema: { body: TranslateBody } },
    async (request) => {
      const { body } = request;
      const pair = pairOf(body);
      const texts = textsOf(body.q, maxCharacters);
      const translated = await inTurn(request, () => translateAll(translator(), pair, texts));
      if (translated === undefined) return undefined;
      metrics.characters.inc(texts.reduce((sum, text) => sum + text.length, 0));
      return { translatedText: typeof body.q === "string" ? translated[0] : translated };
    },
  );
}
