import type { JobWarning } from "@framewright/contracts/job.ts";
import { defaultEverySeconds, type Outputs } from "@framewright/contracts/outputs.ts";
import type { Plan } from "../plan.ts";
import { toNumber } from "../rational.ts";
import { audioPath, mp4Path, planFile, type FilePlan } from "./files.ts";
import {
  planSprite,
  planThumbnails,
  type PictureRow,
  type SpritePlan,
  type ThumbnailPlan,
} from "./pictures.ts";
import { namedRendition, pictureWidths, renditionFor, soundOfFiles } from "./wanted.ts";

export interface OutputPlanArgs {
  readonly outputs: Outputs;
  readonly plan: Pick<Plan, "renditions" | "sounds" | "cadence">;
  /** Of the result. */
  readonly durationSeconds: number;
  readonly outputDir: string;
}

/** The files that are made out of encoded segments, without encoding again. */
export interface OutputPlan {
  readonly mp4: FilePlan | undefined;
  readonly audio: FilePlan | undefined;
  readonly thumbnails: ThumbnailPlan | undefined;
  readonly sprite: SpritePlan | undefined;
  /** About outputs that the source has nothing for. */
  readonly warnings: readonly JobWarning[];
}

function leftOut({ outputs, plan }: OutputPlanArgs): JobWarning[] {
  const { mp4, thumbnails, sprite, audio } = outputs;
  const pictures = plan.renditions.length > 0 ? {} : { mp4, thumbnails, sprite };
  const lacking = [
    ...Object.entries(pictures).map(([name, wanted]) => ({ name, wanted, what: "pictures" })),
    ...(plan.sounds.length > 0 ? [] : [{ name: "audio", wanted: audio, what: "sound" }]),
  ];
  return lacking
    .filter(({ wanted }) => wanted !== undefined)
    .map(({ name, what }) => ({
      code: "output-left-out",
      message: `The output "${name}" was left out: the source has no ${what}.`,
    }));
}

/** Where more pictures than are made would lie at the wanted distance. */
function thinned(
  { outputs }: OutputPlanArgs,
  name: "thumbnails" | "sprite",
  row?: PictureRow,
): JobWarning[] {
  const wanted = outputs[name];
  if (!wanted || !row || ("count" in wanted && wanted.count !== undefined)) return [];
  const { everySeconds = defaultEverySeconds } = wanted;
  if (row.step <= everySeconds) return [];
  const every = `every ${Number(row.step.toFixed(3))} s, not every ${everySeconds} s`;
  const message = `The output "${name}" has a picture ${every}: more than ${row.count} are not made.`;
  return [{ code: "pictures-thinned", message }];
}

export function planOutputs(args: OutputPlanArgs): OutputPlan {
  const { outputs, plan, durationSeconds, outputDir } = args;
  const { renditions, sounds, cadence } = plan;
  const sound = soundOfFiles(sounds);
  const tall = outputs.mp4 && namedRendition(renditions, outputs.mp4.rendition);
  const small = renditionFor(renditions, Math.max(...pictureWidths(outputs)));
  const gopSeconds = cadence.gopFrames / toNumber(cadence.fps);
  const film = small && { rendition: small, durationSeconds, gopSeconds, outputDir };
  const thumbnails = film && outputs.thumbnails && planThumbnails(film, outputs.thumbnails);
  const sprite = film && outputs.sprite && planSprite(film, outputs.sprite);
  return {
    mp4: tall && planFile(outputDir, { path: mp4Path, rendition: tall, sound }),
    audio:
      outputs.audio && sound
        ? planFile(outputDir, { path: audioPath, rendition: undefined, sound })
        : undefined,
    thumbnails,
    sprite,
    warnings: [
      ...leftOut(args),
      ...thinned(args, "thumbnails", thumbnails),
      ...thinned(args, "sprite", sprite),
    ],
  };
}

/** The command of each output that has one, in the order in which they run. */
export function outputCommands({ mp4, audio, thumbnails, sprite }: OutputPlan) {
  return [mp4, audio, thumbnails, sprite].flatMap((one) => (one ? [one.argv] : []));
}
