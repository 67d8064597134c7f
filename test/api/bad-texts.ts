/** Texts that Postgres cannot store, by what is wrong with them. */
export const badTexts = { "U+0000": "a\0b", "half of a surrogate pair": "a\uD800b" };

export interface TextPlace {
  /** As a problem names it, such as `body/files/0/path`. */
  readonly path: string;
  /** The value with another text at this place. */
  readonly put: (text: string) => unknown;
}

/** Every place of a text in a value, names of fields left out. */
export function textPlaces(value: unknown, path = "body"): TextPlace[] {
  if (typeof value === "string") return [{ path, put: (text) => text }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    textPlaces(inner, `${path}/${name}`).map(({ path: place, put }) => ({
      path: place,
      put: (text) =>
        Array.isArray(value)
          ? value.map((item: unknown, index) => (String(index) === name ? put(text) : item))
          : { ...value, [name]: put(text) },
    })),
  );
}
