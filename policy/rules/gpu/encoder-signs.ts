import { listAt, textAt } from "../../kit/json.ts";
import { matches, matchesAny } from "../../kit/pattern.ts";
import type { Container } from "../../kit/pods.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** A variable that says that its container encodes video. */
export interface Sign {
  readonly name: string;
  readonly value: string;
}

/** Only variables that can be signs are read: values of others may be secret or unknown. */
export function hasSign({ spec }: Container, signs: readonly Sign[]): boolean {
  return listAt(spec, "env").some((_, i) => {
    const name = textAt(spec, "env", i, "name");
    const named = signs.filter((sign) => sign.name === name);
    if (named.length === 0) return false;
    const value = textAt(spec, "env", i, "value") ?? "";
    return named.some((sign) => matches(sign.value, value));
  });
}

/** An unknown word says nothing: it is unlikely to be the encoder's name. */
export function hasWord({ spec }: Container, words: readonly string[]): boolean {
  return ["command", "args"].some((field) => {
    const list = ifKnown(() => listAt(spec, field)) ?? [];
    return Array.from(list.keys()).some((i) =>
      matchesAny(words, ifKnown(() => textAt(spec, field, i)) ?? ""),
    );
  });
}
