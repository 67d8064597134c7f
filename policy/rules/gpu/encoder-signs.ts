import { at, keysAt, listAt, textAt } from "../../kit/json.ts";
import { matches, matchesAny } from "../../kit/pattern.ts";
import type { Container } from "../../kit/pods.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
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

/** A variable, or all of them, that a container takes from a ConfigMap. */
export interface MapReference {
  /** Undefined while nobody knows it, as of a ConfigMap without a name of its own. */
  readonly map: string | undefined;
  /** The variable that one key gives; of a whole ConfigMap all keys do, behind a prefix. */
  readonly variable?: string;
  readonly key?: string;
  readonly prefix: string;
}

export function mapReferencesOf({ spec }: Container): MapReference[] {
  const name = (reference: unknown) => ifKnown(() => textAt(reference, "name"));
  const whole = listAt(spec, "envFrom").flatMap((source): MapReference[] => {
    const reference = at(source, "configMapRef");
    const prefix = textAt(source, "prefix") ?? "";
    return reference === undefined ? [] : [{ map: name(reference), prefix }];
  });
  const single = listAt(spec, "env").flatMap((variable): MapReference[] => {
    const reference = at(variable, "valueFrom", "configMapKeyRef");
    if (reference === undefined) return [];
    const [named, key] = [textAt(variable, "name"), ifKnown(() => textAt(reference, "key"))];
    return named === undefined || key === undefined
      ? []
      : [{ map: name(reference), variable: named, key, prefix: "" }];
  });
  return [...whole, ...single];
}

/** A ConfigMap of the program, with what of its data can be a sign. */
export interface SignMap {
  readonly name: string | undefined;
  readonly namespace: string;
  /** By key, the signs whose value it has. */
  readonly signs: ReadonlyMap<string, readonly Sign[]>;
}

/** A key that is itself the name of a sign has to be known; others may be unknown. */
function signsUnder(fields: unknown, key: string, signs: readonly Sign[]): readonly Sign[] {
  const read = () => textAt(fields, "data", key);
  const isNamed = signs.some(({ name }) => name === key);
  const value = (isNamed ? read() : ifKnown(read)) ?? "";
  return signs.filter((sign) => matches(sign.value, value));
}

export function signMapsOf(subject: Subject, signs: readonly Sign[]): SignMap[] {
  if (!isKind(subject, "ConfigMap")) return [];
  const fields = subject.props;
  const found = (ifKnown(() => keysAt(fields, "data")) ?? [])
    .map((key) => [key, signsUnder(fields, key, signs)] as const)
    .filter(([, under]) => under.length > 0);
  if (found.length === 0) return [];
  const name = ifKnown(() => textAt(fields, "metadata", "name"));
  return [{ name, namespace: namespaceOf(fields), signs: new Map(found) }];
}

/** Whether a container gets a sign by it. */
export function givesSign(
  { variable, key, prefix }: MapReference,
  { signs }: Pick<SignMap, "signs">,
): boolean {
  if (key !== undefined) return signs.get(key)?.some(({ name }) => name === variable) ?? false;
  return [...signs].some(([each, under]) => under.some(({ name }) => name === prefix + each));
}
