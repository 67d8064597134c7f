import { editInputs, type Edit, type LeasedEdit } from "@framewright/contracts/edit.ts";
import { maxSubtitleBytes } from "@framewright/contracts/burnt-subtitles.ts";
import {
  urlFileFeature,
  type LeasedMedia,
  type MediaInput,
} from "@framewright/contracts/media-input.ts";
import { maxOverlayBytes } from "@framewright/contracts/overlay.ts";
import type { StoreSide } from "@framewright/contracts/worker-api.ts";
import { refusedFields } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { leasedDub } from "./transcripts.ts";

/** A part of an edit that may have a file beside the source. */
type Part = (typeof editInputs)[number];

/** The file of each, in words, and its largest size. */
const files = {
  overlay: { what: "the picture of an overlay", maxBytes: maxOverlayBytes },
  subtitles: { what: "a file of subtitles", maxBytes: maxSubtitleBytes },
} as const satisfies Record<Part, { readonly what: string; readonly maxBytes: number }>;

/** Whether an edit takes a file from the upload, as SQL of `jobs j`; an index has each of these expressions. */
export function editUses(uploadId: string): string {
  return editInputs
    .map((part) => `j.edit #>> '{${part},input,uploadId}' = ${uploadId}::text`)
    .join(" OR ");
}

/** The files of an edit. */
export function inputsOf(edit: Edit): { readonly part: Part; readonly input: MediaInput }[] {
  return editInputs.flatMap((part) => {
    const input = edit[part]?.input;
    return input ? [{ part, input }] : [];
  });
}

/** What a worker must be able to do for the files, beside using them. */
export function inputNeeds(edit: Edit): string[] {
  return inputsOf(edit).some(({ input }) => input.url !== undefined) ? [urlFileFeature] : [];
}

/** Refuses a file that no worker would take. */
export function requireInputSize(part: Part, bytes: number): void {
  const { what, maxBytes } = files[part];
  if (bytes <= maxBytes) return;
  const message = `has ${bytes} bytes; ${what} may have ${maxBytes}`;
  throw refusedFields("edit-invalid", { path: `body/edit/${part}/input/uploadId`, message });
}

/** The edit with other inputs. */
export function withInputs(edit: Edit, change: (input: MediaInput) => MediaInput): Edit {
  const { overlay, subtitles } = edit;
  return {
    ...edit,
    ...(overlay && { overlay: { ...overlay, input: change(overlay.input) } }),
    ...(subtitles?.input && { subtitles: { ...subtitles, input: change(subtitles.input) } }),
  };
}

/** A URL without its query, which may be a secret. */
export function editView(edit: Edit): Edit {
  return withInputs(edit, (input) =>
    input.url === undefined ? input : { url: input.url.replace(/[?#].*$/s, "") },
  );
}

/** A file may be fetched later than the source. */
const fileUrlSeconds = 6 * 3600;

async function sourceOf(
  { db, store }: EngineContext,
  { uploadId, url: externalUrl }: MediaInput,
  side: StoreSide,
): Promise<LeasedMedia> {
  if (externalUrl !== undefined) return { externalUrl };
  const { rows } = await db.query<{ object_key: string; size_bytes: string }>({
    name: "edit-upload",
    text: "SELECT object_key, size_bytes FROM uploads WHERE id = $1",
    values: [uploadId],
  });
  const [row] = rows;
  // It was deleted in the moment between the look at it and the job; the worker finds nothing there, and says so.
  if (!row)
    return { url: await store.presignGet(side, `gone/${uploadId ?? ""}`, 60), sizeBytes: 0 };
  const url = await store.presignGet(side, row.object_key, fileUrlSeconds);
  return { url, sizeBytes: Number(row.size_bytes) };
}

/** The edit as a worker gets it: with where the files are. */
export async function leasedEdit(
  context: EngineContext,
  { id, edit }: { readonly id: string; readonly edit: Edit },
  side: StoreSide,
): Promise<LeasedEdit> {
  const { clip, overlay, subtitles, dub } = edit;
  const { input: picture, ...drawn } = overlay ?? {};
  const { input: text, ...burnt } = subtitles ?? {};
  return {
    ...(clip && { clip }),
    ...(dub && { dub: await leasedDub(context.db, id, dub) }),
    ...(picture && { overlay: { ...drawn, source: await sourceOf(context, picture, side) } }),
    ...(subtitles && {
      subtitles: { ...burnt, ...(text && { source: await sourceOf(context, text, side) }) },
    }),
  };
}
