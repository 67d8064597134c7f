import fc from "fast-check";

/** What texts must escape, or end a line at; among all others these would hardly ever come. */
const special = fc.constantFrom(
  ...['"', "'", "\\", ",", "=", ":", "<", ">", "&"],
  ...["\n", "\r", "\t", "\0", "\u0085", "\u2028", "\u2029"],
);

/** Halves of characters are among them. */
const codePoint = fc.integer({ min: 0, max: 0x10_ff_ff }).map((code) => String.fromCodePoint(code));

/** Any text that a file or a client may bring. (`unit: "binary"` makes a table of all characters first, which takes seconds.) */
export function anyText(bounds: { readonly minLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ ...bounds, unit: fc.oneof(special, codePoint) });
}
