import { text } from "node:stream/consumers";
import { LRUCache } from "lru-cache";
import type { EarlyStream } from "@framewright/contracts/early-stream.ts";
import { earlyMaster, earlyPlaylist, endedPlaylist } from "@framewright/media/early-playlist.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import type { Queryable } from "../backends/db.ts";
import { attemptPrefix } from "./rows.ts";

const folder = "early";

/** Of a file of an attempt that is played while it runs. */
export function earlyPath(attempt: number, path: string): string {
  return `${folder}/${attempt}/${path}`;
}

export interface EarlyFile {
  readonly attempt: number;
  readonly path: string;
}

/** Nothing where the path is that of a published file. */
export function readEarlyPath(path: string): EarlyFile | undefined {
  const [, attempt, rest] = /^early\/(\d{1,9})\/(.+)$/.exec(path) ?? [];
  if (attempt === undefined || rest === undefined) return undefined;
  return { attempt: Number(attempt), path: rest };
}

/** How the attempt stands that somebody plays. */
export type EarlyState =
  | { readonly is: "running"; readonly stream: EarlyStream }
  | { readonly is: "published" }
  | { readonly is: "gone" };

/** An attempt that lost its job, failed or was cancelled is gone, and so is what it wrote. */
export async function readEarlyState(
  db: Queryable,
  jobId: string,
  attempt: number,
): Promise<EarlyState> {
  const { rows } = await db.query<{ early: EarlyStream | null; is_published: boolean }>({
    name: "read-early",
    text: `SELECT progress->'early' AS early, coalesce(published_attempt = $2, false) AS is_published FROM jobs
           WHERE id = $1 AND (published_attempt = $2 OR (state = 'running' AND attempt = $2))`,
    values: [jobId, attempt],
  });
  const [row] = rows;
  if (row?.is_published === true) return { is: "published" };
  return row?.early ? { is: "running", stream: row.early } : { is: "gone" };
}

/** Players ask once a segment; several of them share an answer. */
const rememberMs = 1000;
/** Longest that a list of the bucket may take, as it answers more than one request. */
const listMs = 10_000;

const initUri = "init.mp4";
const segmentName = /^\d{5}\.m4s$/;

function segmentUri(index: number): string {
  return `${String(index).padStart(5, "0")}.m4s`;
}

/** Those that have arrived without a gap. The newest is left out: it may be the last one, which is shorter. */
function arrived(sizes: ReadonlyMap<string, number>): string[] {
  const names: string[] = [];
  while (sizes.has(segmentUri(names.length))) names.push(segmentUri(names.length));
  return sizes.has(initUri) ? names.slice(0, -1) : [];
}

/** What is sent: a text that was made for it, or a file of the bucket; `isGrowing` where another answer follows. */
type EarlyAnswer =
  | { readonly text: string; readonly isGrowing: boolean }
  | { readonly key: string }
  | undefined;

export interface EarlyPlaybackArgs {
  readonly store: Pick<ObjectStore, "sizes" | "read">;
  readonly state: (jobId: string, attempt: number) => Promise<EarlyState>;
}

/** Plays one rendition of an attempt while it is encoded, and goes over into what was published of it. */
export class EarlyPlayback {
  readonly #args: EarlyPlaybackArgs;
  readonly #states: LRUCache<string, Promise<EarlyState>>;
  readonly #lists: LRUCache<string, Promise<string[]>>;

  constructor(args: EarlyPlaybackArgs) {
    this.#args = args;
    this.#states = new LRUCache({ max: 10_000, ttl: rememberMs });
    this.#lists = new LRUCache({ max: 1000, ttl: rememberMs });
  }

  async find(jobId: string, file: EarlyFile): Promise<EarlyAnswer> {
    const { attempt, path } = file;
    const prefix = attemptPrefix(jobId, attempt);
    const state = await this.#state(jobId, attempt);
    if (state.is === "gone") return undefined;
    if (state.is === "published") return this.#published(prefix, path);
    return this.#running(state.stream, prefix, path);
  }

  #state(jobId: string, attempt: number): Promise<EarlyState> {
    const name = `${jobId}/${attempt}`;
    const known = this.#states.get(name);
    if (known) return known;
    const read = this.#args.state(jobId, attempt);
    this.#states.set(name, read);
    // Asked again by the next request.
    read.catch(() => this.#states.delete(name));
    return read;
  }

  async #published(prefix: string, path: string): Promise<EarlyAnswer> {
    const key = prefix + path;
    if (!path.endsWith("/index.m3u8")) return { key };
    const file = await this.#args.store.read(key, {});
    if (typeof file !== "object") return undefined;
    return { text: endedPlaylist(await text(file.body)), isGrowing: false };
  }

  async #running(stream: EarlyStream, prefix: string, path: string): Promise<EarlyAnswer> {
    if (path === "master.m3u8") {
      return { text: earlyMaster(stream, (name) => `${name}/index.m3u8`), isGrowing: true };
    }
    const [name, file, ...more] = path.split("/");
    const isTrack = [stream.picture?.name, stream.sound?.name].includes(name);
    if (!isTrack || file === undefined || more.length > 0) return undefined;
    if (file === initUri || segmentName.test(file)) return { key: prefix + path };
    if (file !== "index.m3u8") return undefined;
    const segments = await this.#segments(`${prefix}${name ?? ""}/`);
    const { segmentSeconds } = stream;
    return { text: earlyPlaylist({ segmentSeconds, segments, initUri }), isGrowing: true };
  }

  /** For all who ask now: it goes on where the one who asked first has left. */
  #segments(prefix: string): Promise<string[]> {
    const known = this.#lists.get(prefix);
    if (known) return known;
    const listed = this.#args.store.sizes(prefix, AbortSignal.timeout(listMs)).then(arrived);
    this.#lists.set(prefix, listed);
    listed.catch(() => this.#lists.delete(prefix));
    return listed;
  }
}
