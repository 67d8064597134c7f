import type { CreateJob } from "@framewright/contracts/client-api.ts";
import { dubScriptFeature, lipSyncFeature } from "@framewright/contracts/dub.ts";
import { earlyFeature } from "@framewright/contracts/early-stream.ts";
import { editFeatures, editParts, editProblems, type Edit } from "@framewright/contracts/edit.ts";
import { loudnessFeature } from "@framewright/contracts/loudness.ts";
import { codecFeatures, codecsOf, type Profile } from "@framewright/contracts/profile.ts";
import { inputNeeds } from "./edit-inputs.ts";
import { refusedFields } from "../errors.ts";

/** Refuses an edit whose parts do not fit together. */
export function requireEdit({ edit }: Pick<CreateJob, "edit">): Edit | undefined {
  if (edit === undefined) return undefined;
  const [first, ...more] = editProblems(edit).map(({ path, message }) => ({
    path: `body/edit${path}`,
    message,
  }));
  if (first) throw refusedFields("edit-invalid", first, ...more);
  return edit;
}

/** What a worker must be able to do for a job. */
export function needsOf(
  { video, audio, packaging }: Profile,
  { edit = {} }: Pick<CreateJob, "edit">,
): string[] {
  return [
    ...editParts.filter((part) => edit[part] !== undefined).map((part) => editFeatures[part]),
    ...(edit.dub?.transcriptOf === undefined ? [] : [dubScriptFeature]),
    ...(edit.dub?.lipSync === true ? [lipSyncFeature] : []),
    ...inputNeeds(edit),
    ...codecFeatures(codecsOf(video.ladder)),
    ...(packaging.outputs ? ["outputs"] : []),
    ...(packaging.outputs?.hls?.early === true ? [earlyFeature] : []),
    ...(audio.loudness ? [loudnessFeature] : []),
  ];
}

type Plain = null | boolean | number | string | readonly Plain[];

/** The same for edits that mean the same, whatever the order of their fields was. */
export function inOrder(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inside]) => [key, inOrder(inside)]);
  }
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") {
    return value;
  }
  return null;
}
