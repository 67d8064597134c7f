import { hasSegments, type Outputs } from "@framewright/contracts/outputs.ts";
import type { Plan } from "@framewright/media/plan.ts";
import type { Source } from "@framewright/media/source.ts";
import { JobFailure } from "../../failure.ts";
import { posterUri } from "../../media/tracks.ts";
import type { Uploader } from "../uploader.ts";

/** Where players get files alone, the segments stay on scratch. */
export function segmentUploader(
  uploader: Uploader,
  outputs: Outputs,
): Pick<Uploader, "add" | "failed"> {
  if (hasSegments(outputs)) return uploader;
  const add: Uploader["add"] = (file) =>
    file.path === posterUri ? uploader.add(file) : Promise.resolve();
  return { add, failed: uploader.failed };
}

/** The source as far as the outputs have use for it: files carry no subtitles. */
export function usedSource(source: Source, outputs: Outputs): Source {
  return hasSegments(outputs) ? source : { ...source, subtitles: [] };
}

export function requireTracks({ folders }: Plan, outputs: Outputs): void {
  if (folders.length > 0) return;
  const note = `They are ${Object.keys(outputs).join(", ")} alone.`;
  throw new JobFailure("nothing-to-make", { note });
}
