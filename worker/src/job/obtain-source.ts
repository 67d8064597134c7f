import { observeStore } from "../ops/store-figures.ts";
import { requireSpace } from "../ops/scratch.ts";
import { progressOf, type Attempt } from "./attempt.ts";
import { downloadSource } from "./download.ts";
import { fetchSource } from "./fetch-source.ts";
import { joinTracks, sizeOfTracks, type Tracks } from "./join-tracks.ts";

async function fromStore(
  { keeper, settings, metrics }: Attempt,
  source: { readonly url: string; readonly sizeBytes: number },
  path: string,
): Promise<number> {
  await requireSpace(settings.scratch, source.sizeBytes);
  const { signal } = keeper;
  await observeStore(metrics, "get", () =>
    downloadSource({ ...source, maxBytes: settings.maxSourceBytes, path, signal }),
  );
  return source.sizeBytes;
}

/** Its size is known for certain once it is complete; until then it is looked at as it grows. */
async function fromUrl({ keeper, settings }: Attempt, url: string, path: string): Promise<number> {
  const { urlInput, scratch, maxSourceBytes } = settings;
  if (!urlInput) throw new Error("this worker registered without the input url");
  return fetchSource({
    ...urlInput,
    maxBytes: Math.min(urlInput.maxBytes, maxSourceBytes),
    url,
    path,
    signal: keeper.signal,
    requireSpace: (sourceBytes, writtenBytes) => requireSpace(scratch, sourceBytes, writtenBytes),
    onProgress: (received, total) => {
      if (total !== undefined) keeper.report(progressOf("downloading", received / total));
    },
  });
}

async function fromResult(attempt: Attempt, tracks: Tracks, path: string): Promise<number> {
  const { tools, scratch, maxSourceBytes: maxBytes } = attempt.settings;
  await requireSpace(scratch, sizeOfTracks(tracks));
  return joinTracks(tracks, { tools, maxBytes, path, signal: attempt.keeper.signal });
}

function obtain(attempt: Attempt, path: string): Promise<number> {
  const { source } = attempt.lease;
  if ("externalUrl" in source) return fromUrl(attempt, source.externalUrl, path);
  if ("tracks" in source) return fromResult(attempt, source.tracks, path);
  return fromStore(attempt, source, path);
}

/** Brings the job's source to scratch and gives its size. */
export async function obtainSource(attempt: Attempt, path: string): Promise<number> {
  const sizeBytes = await obtain(attempt, path);
  attempt.metrics.bytes.inc({ direction: "down" }, sizeBytes);
  attempt.usage.addIn(sizeBytes);
  return sizeBytes;
}
