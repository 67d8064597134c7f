import { Readable } from "node:stream";
import type { ObjectStore, StoredFile } from "../../api/backends/object-store.ts";

/** Files by key; counts what was asked for. */
export class FakeStore implements Pick<ObjectStore, "read" | "stat" | "sizes"> {
  readonly files = new Map<string, string>();
  readonly asked: string[] = [];

  #describe(content: string): Omit<StoredFile, "body" | "status"> {
    return {
      sizeBytes: content.length,
      etag: '"abc"',
      lastModified: new Date(0),
      contentRange: undefined,
    };
  }
  read: ObjectStore["read"] = (key, { range, ifNoneMatch }) => {
    this.asked.push(key);
    const content = this.files.get(key);
    if (content === undefined) return Promise.resolve(undefined);
    if (ifNoneMatch === '"abc"') return Promise.resolve("not-modified");
    const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
    if (!match) {
      const body = Readable.from([content]);
      return Promise.resolve({ status: 200, body, ...this.#describe(content) });
    }
    const from = Number(match[1]);
    if (from >= content.length) return Promise.resolve("bad-range");
    const part = content.slice(from, match[2] === "" ? undefined : Number(match[2]) + 1);
    return Promise.resolve({
      ...this.#describe(part),
      status: 206,
      body: Readable.from([part]),
      contentRange: `bytes ${from}-${from + part.length - 1}/${content.length}`,
    });
  };
  sizes: ObjectStore["sizes"] = (prefix) => {
    const found = [...this.files].filter(([key]) => key.startsWith(prefix));
    return Promise.resolve(
      new Map(found.map(([key, content]) => [key.slice(prefix.length), content.length])),
    );
  };
  stat: ObjectStore["stat"] = (key) => {
    this.asked.push(key);
    const content = this.files.get(key);
    return Promise.resolve(
      content === undefined ? undefined : { status: 200, ...this.#describe(content) },
    );
  };
}
