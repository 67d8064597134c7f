import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputResults } from "@framewright/contracts/outputs.ts";
import {
  folders,
  pictureUri,
  type PictureRow,
  type SpritePlan,
  type ThumbnailPlan,
} from "@framewright/media/outputs/pictures.ts";
import { spriteTrack } from "@framewright/media/outputs/sprite-track.ts";
import {
  picturesProblems,
  picturesReportArgs,
  type WantedPictures,
} from "../../media/outputs/file-check.ts";
import { spriteTrackProblems } from "../../media/outputs/sprite-check.ts";
import { lengthOf } from "../verify-result.ts";
import {
  makeFolder,
  namesIn,
  packageFiles,
  readBack,
  requireNone,
  store,
  type OutputArgs,
} from "./output-files.ts";

/** Makes numbered pictures in a folder of their own, and decodes each of them. */
async function makePictures(
  args: OutputArgs,
  argv: readonly string[],
  wanted: WantedPictures,
): Promise<string[]> {
  const folder = await makeFolder(args, wanted.what);
  await packageFiles(args, argv);
  const names = Array.from({ length: wanted.count }, (_, index) => pictureUri(index));
  const found = await namesIn(folder);
  requireNone([
    ...picturesProblems(await readBack(args, "ffprobe", picturesReportArgs(folder)), wanted),
    ...(found.join() === names.join() ? [] : [`${wanted.what} has ${found.length} files`]),
  ]);
  return names.map((name) => `${wanted.what}/${name}`);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function atSeconds({ first, step }: PictureRow, index: number): number {
  return rounded(first + index * step);
}

export async function makeThumbnails(args: OutputArgs, plan: ThumbnailPlan) {
  const { width, height, count } = plan;
  const wanted = { what: folders.thumbnails, count, width, height };
  const paths = await makePictures(args, plan.argv, wanted);
  const result: NonNullable<OutputResults["thumbnails"]> = {
    pictures: paths.map((path, index) => ({ path, atSeconds: atSeconds(plan, index) })),
    ...{ bytes: await store(args, paths), width, height },
  };
  return { result, checks: ["every thumbnail decodes and has its size"] };
}

export async function makeSprite(args: OutputArgs, plan: SpritePlan) {
  const { width, height, count, columns, rows, sheets, step } = plan;
  const size = { width: columns * width, height: rows * height };
  const paths = await makePictures(args, plan.argv, {
    what: folders.sprite,
    count: sheets,
    ...size,
  });
  const path = `${folders.sprite}/${folders.sprite}.vtt`;
  const file = join(args.files.outputDir, path);
  await writeFile(file, spriteTrack(plan, lengthOf(args.made)));
  const text = await readFile(file, "utf8");
  requireNone(spriteTrackProblems(text, { plan, durationSeconds: lengthOf(args.made) }));
  const result: NonNullable<OutputResults["sprite"]> = {
    ...{ path, sheets: paths, pictures: count, everySeconds: rounded(step), columns, rows },
    ...{ bytes: await store(args, [path, ...paths]), width, height },
  };
  const checks = [
    "every sheet of the sprite decodes, and its track names each picture once, without gaps",
  ];
  return { result, checks };
}
