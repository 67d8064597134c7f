/** What an attempt left in the store: sizes by path under its prefix, and the text of what is read before publishing. */
export interface StoredResult {
  readonly sizes: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, string>;
}
