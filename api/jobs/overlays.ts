import type { Edit, LeasedEdit } from "@framewright/contracts/edit.ts";
import { maxOverlayBytes, overlayUrlFeature } from "@framewright/contracts/overlay.ts";
import type { StoreSide } from "@framewright/contracts/worker-api.ts";
import { refusedFields } from "../errors.ts";
import type { EngineContext } from "./context.ts";

type Overlay = NonNullable<Edit["overlay"]>;

/** The upload that an edit takes its picture from, as SQL of `jobs j`. */
export const overlayUpload = "j.edit #>> '{overlay,input,uploadId}'";

/** What a worker must be able to do for a picture, beside drawing it. */
export function overlayNeeds({ overlay }: Edit): string[] {
  return overlay?.input.url === undefined ? [] : [overlayUrlFeature];
}

/** Refuses a picture that no worker would take. */
export function requireOverlaySize(bytes: number): void {
  if (bytes <= maxOverlayBytes) return;
  const message = `has ${bytes} bytes; the picture of an overlay may have ${maxOverlayBytes}`;
  throw refusedFields("edit-invalid", { path: "body/edit/overlay/input/uploadId", message });
}

/** A URL without its query, which may be a secret. */
export function editView(edit: Edit): Edit {
  const { overlay } = edit;
  const url = overlay?.input.url;
  if (!overlay || url === undefined) return edit;
  return { ...edit, overlay: { ...overlay, input: { url: url.replace(/[?#].*$/s, "") } } };
}

/** A picture may be fetched later than the source. */
const pictureUrlSeconds = 6 * 3600;

async function sourceOf(
  { db, store }: EngineContext,
  { uploadId, url: externalUrl }: Overlay["input"],
  side: StoreSide,
): Promise<NonNullable<LeasedEdit["overlay"]>["source"]> {
  if (externalUrl !== undefined) return { externalUrl };
  const { rows } = await db.query<{ object_key: string; size_bytes: string }>({
    name: "overlay-upload",
    text: "SELECT object_key, size_bytes FROM uploads WHERE id = $1",
    values: [uploadId],
  });
  const [row] = rows;
  // It was deleted in the moment between the look at it and the job; the worker finds nothing there, and says so.
  if (!row)
    return { url: await store.presignGet(side, `gone/${uploadId ?? ""}`, 60), sizeBytes: 0 };
  const url = await store.presignGet(side, row.object_key, pictureUrlSeconds);
  return { url, sizeBytes: Number(row.size_bytes) };
}

/** The edit as a worker gets it: with where the picture is. */
export async function leasedEdit(
  context: EngineContext,
  edit: Edit,
  side: StoreSide,
): Promise<LeasedEdit> {
  const { clip, overlay } = edit;
  if (!overlay) return { ...(clip && { clip }) };
  const { input, ...look } = overlay;
  return {
    ...(clip && { clip }),
    overlay: { ...look, source: await sourceOf(context, input, side) },
  };
}
