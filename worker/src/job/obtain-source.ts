import { requireSpace } from "../ops/scratch.ts";
import { progressOf, type Attempt } from "./attempt.ts";
import { downloadSource } from "./download.ts";
import { fetchSource } from "./fetch-source.ts";

async function fromStore(
  { keeper, settings }: Attempt,
  source: { readonly url: string; readonly sizeBytes: number },
  path: string,
): Promise<number> {
  await requireSpace(settings.scratch, source.sizeBytes);
  const { signal } = keeper;
  await downloadSource({ ...source, maxBytes: settings.maxSourceBytes, path, signal });
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

/** Brings the job's source to scratch and gives its size. */
export async function obtainSource(attempt: Attempt, path: string): Promise<number> {
  const { source } = attempt.lease;
  const sizeBytes =
    "externalUrl" in source
      ? await fromUrl(attempt, source.externalUrl, path)
      : await fromStore(attempt, source, path);
  attempt.metrics.bytes.inc({ direction: "down" }, sizeBytes);
  return sizeBytes;
}
