import * as pulumi from "@pulumi/pulumi";
import type { SecretStore } from "../../../infra/cluster.ts";

/** What a value of the owner's has to look like, so that URLs and settings need not escape it. */
export interface StoredForm {
  /** A regular expression of Go, of the whole value. */
  readonly pattern: string;
  /** The same for a reader. */
  readonly words: string;
}

/** A value that the cluster's owner keeps in a store, and that this program never sees. */
export interface StoredValue {
  /** Its name there, after the store's prefix. */
  readonly name: string;
  readonly form: StoredForm;
  /** How often it was replaced, as far as the stack file has a number for it. */
  readonly generation: number;
  readonly store: SecretStore;
}

/** A text with such values in it. */
export class StoredText {
  readonly parts: readonly (string | StoredValue)[];

  constructor(parts: readonly (string | StoredValue)[]) {
    this.parts = parts;
  }
}

/** A text that is known to Pulumi, or one that is put together in the cluster. There is no way to compute with the latter. */
export type SecretText = pulumi.Input<string> | StoredText;

export function isStored(text: SecretText): text is StoredText {
  return text instanceof StoredText;
}

function isKnown(text: SecretText): text is pulumi.Input<string> {
  return !isStored(text);
}

function partsOf(text: SecretText): StoredText["parts"] {
  if (isStored(text)) return text.parts;
  if (typeof text === "string") return [text];
  throw new RangeError(
    "a text with values of the owner's store cannot have one in it that Pulumi computes",
  );
}

/** Texts one after another: secret where one of them is. */
function joined(texts: readonly SecretText[]): SecretText {
  const known = texts.filter(isKnown);
  if (known.length === texts.length) return pulumi.concat(...known);
  return new StoredText(texts.flatMap(partsOf));
}

/** A template literal whose values may be secret. */
export function secretText(
  literals: TemplateStringsArray,
  ...values: readonly (SecretText | number)[]
): SecretText {
  return joined(
    literals.flatMap((literal, at) => {
      const value = values[at];
      if (value === undefined) return [literal];
      return [literal, typeof value === "number" ? String(value) : value];
    }),
  );
}

/** `[<text>,<text>]`, of texts that are JSON themselves. */
export function secretList(entries: readonly SecretText[]): SecretText {
  const separated = entries.flatMap((entry, at) => (at === 0 ? [entry] : [",", entry]));
  return joined(["[", ...separated, "]"]);
}

/** What `pulumi stack output` can show: nothing of what the owner's store has. */
export function shownText(text: SecretText): pulumi.Output<string> | undefined {
  return isStored(text) ? undefined : pulumi.output(text);
}

/** A text of which something is computed; config refuses what would have it stored. */
export function knownText(text: SecretText, what: string): pulumi.Output<string> {
  if (isStored(text)) {
    throw new RangeError(`${what} cannot be made of a value that only the owner's store has`);
  }
  return pulumi.output(text);
}

/** One value of the owner's, as a text. */
export function storedText(
  store: SecretStore,
  name: string,
  form: StoredForm,
  generation = 0,
): StoredText {
  return new StoredText([{ name, form, generation, store }]);
}
