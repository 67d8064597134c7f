export interface Voice {
  readonly id: string;
  /** BCP 47. */
  readonly language: string;
  readonly gender: "female" | "male";
  /** The voice of espeak-ng whose phonemes it was trained on. */
  readonly espeak: string;
}

/** By the first letter of a voice's name, as Kokoro names them. */
const accents = {
  a: { language: "en-US", espeak: "en-us" },
  b: { language: "en-GB", espeak: "en-gb" },
  e: { language: "es", espeak: "es" },
  f: { language: "fr", espeak: "fr-fr" },
  i: { language: "it", espeak: "it" },
  p: { language: "pt-BR", espeak: "pt-br" },
} as const;
type Accent = keyof typeof accents;

function voice(accent: Accent, gender: "f" | "m", name: string): Voice {
  const id = `${accent}${gender}_${name}`;
  return { id, gender: gender === "f" ? "female" : "male", ...accents[accent] };
}

/** The best voices of each language by https://huggingface.co/hexgrad/Kokoro-82M/blob/main/VOICES.md */
export const voices: readonly Voice[] = [
  voice("a", "f", "heart"),
  voice("a", "f", "bella"),
  voice("a", "m", "michael"),
  voice("a", "m", "fenrir"),
  voice("b", "f", "emma"),
  voice("b", "m", "george"),
  voice("e", "f", "dora"),
  voice("e", "m", "alex"),
  voice("f", "f", "siwis"),
  voice("i", "f", "sara"),
  voice("i", "m", "nicola"),
  voice("p", "f", "dora"),
  voice("p", "m", "alex"),
];
