import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import { manifestPath, writeManifest } from "@framewright/media/outputs/manifest.ts";
import { manifestProblems } from "../../media/outputs/dash-check.ts";
import { manifestOf, wholeTextPath, type SizedText } from "../../media/outputs/dash.ts";
import { writeWholeWebVtt } from "../../media/subtitles/webvtt.ts";
import { requireNone, store, type OutputArgs } from "./output-files.ts";

/** Each track of subtitles as one file: DASH has no segments of plain WebVTT. */
async function writeTexts({ made, files }: OutputArgs): Promise<SizedText[]> {
  return Promise.all(
    made.subtitles.map(async (rendition) => {
      const text = writeWholeWebVtt(rendition.cues);
      await writeFile(join(files.outputDir, wholeTextPath(rendition)), text);
      return { rendition, bytes: Buffer.byteLength(text) };
    }),
  );
}

export async function makeManifest(args: OutputArgs) {
  const { made, texts, files } = args;
  const { tracks } = made.encoded;
  const sized = await writeTexts(args);
  const paths = made.subtitles.map(wholeTextPath);
  const text = writeManifest(manifestOf(made.plan, tracks, sized));
  requireNone(
    manifestProblems({
      text,
      playlists: texts.playlists,
      tracks: tracks.map(({ name }) => name),
      texts: paths,
    }),
  );
  await writeFile(join(files.outputDir, manifestPath), text);
  const result: NonNullable<OutputResults["dash"]> = {
    path: manifestPath,
    bytes: await store(args, [manifestPath, ...paths]),
    texts: paths,
  };
  return { result, checks: ["the DASH manifest has the files and lengths of the HLS playlists"] };
}
