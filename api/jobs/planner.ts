import type { JobLimits } from "@framewright/contracts/job-limits.ts";
import type { JobPlan, PlanJob, SourceDescription } from "@framewright/contracts/job-plan.ts";
import {
  coresOf,
  jobClassOf,
  partsOf,
  type Accel,
  type SourceInfo,
} from "@framewright/contracts/job.ts";
import { defaultOutputs } from "@framewright/contracts/outputs.ts";
import type { Prices } from "@framewright/contracts/prices.ts";
import { tierOf, type Profile } from "@framewright/contracts/profile.ts";
import { assumptions, describedSource } from "@framewright/media/described-source.ts";
import type { BurntText } from "@framewright/media/burnt-text.ts";
import { clipProblem, clipSource } from "@framewright/media/clip.ts";
import { encoders } from "@framewright/media/encoders/index.ts";
import { outputCommands, planOutputs } from "@framewright/media/outputs/plan-outputs.ts";
import { overlayRoom, type PlacedOverlay } from "@framewright/media/overlay.ts";
import { planEncode, planMeasure, type Plan } from "@framewright/media/plan.ts";
import { toNumber } from "@framewright/media/rational.ts";
import type { Source } from "@framewright/media/source.ts";
import { allowedSeconds, estimateWork, workShares } from "@framewright/media/work.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { needsOf, requireEdit } from "./edits.ts";
import { priceOf } from "./cost.ts";
import { profileFor, type Profiles } from "./profiles.ts";
import type { Router } from "./routing.ts";

/** Says what a job would be, without one. */
export interface Planner {
  plan(projectId: string, request: PlanJob): Promise<JobPlan>;
}

export interface PlannerArgs {
  readonly db: Queryable;
  readonly profiles: Profiles;
  readonly router: Pick<Router, "look">;
  readonly limits: JobLimits["encode"];
  readonly prices: Prices | undefined;
}

function refuse(path: string, message: string): AppError {
  return refusedFields("invalid-request", { path, message });
}

/** What the newest job of the upload that got so far found in it. */
async function foundSource(
  db: Queryable,
  projectId: string,
  uploadId: string,
): Promise<SourceInfo> {
  const { rows } = await db.query<{ source: SourceInfo }>({
    name: "source-of-upload",
    text: `SELECT source FROM (
             SELECT j.id, coalesce(j.result->'source', (
               SELECT a.error->'source' FROM attempts a WHERE a.job_id = j.id AND a.error->'source' IS NOT NULL
               ORDER BY a.number DESC LIMIT 1)) AS source
             FROM jobs j WHERE j.upload_id = $1 AND j.project_id = $2) AS looked
           WHERE source IS NOT NULL ORDER BY id DESC LIMIT 1`,
    values: [uploadId, projectId],
  });
  const [row] = rows;
  if (row) return row.source;
  const message = `No job of upload ${uploadId} has found out what is in it; send source instead`;
  throw new AppError("source-unknown", message);
}

async function describe(
  db: Queryable,
  projectId: string,
  { source, input }: PlanJob,
): Promise<SourceDescription> {
  if (source === undefined) {
    if (input === undefined) throw refuse("body/source", "is missing, and so is body/input");
    return foundSource(db, projectId, input.uploadId);
  }
  if (input !== undefined) throw refuse("body/source", "and body/input are both given; send one");
  if (source.video ?? source.audio) return source;
  throw refuse("body/source", "has neither video nor audio; describe one of them at least");
}

/** Where workers have them; in a plan they stand for the places of one job. */
const places = {
  sourcePath: "/work/source",
  outputDir: "/work/out",
  device: "/dev/dri/renderD128",
};

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

interface Planned {
  readonly source: Source;
  readonly plan: Plan;
  readonly profile: Profile;
  readonly accel: Accel;
}

function workOf({ source, plan, profile, accel }: Planned, { limits, prices }: PlannerArgs) {
  const tier = tierOf(profile.video.ladder);
  const { coreSeconds, deviceSeconds } = workShares({ plan, source, accel });
  const { pictures, seconds } = estimateWork({ plan, source, accel, threads: coresOf[tier] });
  const price = prices && priceOf({ cpuSeconds: coreSeconds, gpuSeconds: deviceSeconds }, prices);
  return {
    work: {
      pictures,
      cpuSeconds: rounded(coreSeconds, 1),
      gpuSeconds: rounded(deviceSeconds, 1),
      seconds: rounded(seconds, 1),
      ...(source.sizeBytes > 0 && {
        allowedSeconds: rounded(allowedSeconds(limits, tier, source.sizeBytes), 1),
      }),
    },
    ...(price && { price }),
  };
}

/** A picture that fills its room. */
function overlayOf({ video }: Source, { edit }: PlanJob): PlacedOverlay | undefined {
  if (!edit?.overlay || !video) return undefined;
  const { overlay: look } = edit;
  const size = overlayRoom(video.picture.displayed, look);
  return { path: "/work/overlay/picture.png", size, look };
}

const overlayAssumption = "The picture of the overlay is as wide and as high as it may be.";
/** What is drawn into the pictures: which text it is does not change the command. */
function textOf({ video }: Source, { edit }: PlanJob): BurntText | undefined {
  if (!edit?.subtitles || !video) return undefined;
  return { path: "/work/burnt/text.ass", reads: [], look: edit.subtitles, shown: [] };
}

const loudnessAssumption =
  "Sound is measured first; the filter that then brings it to the profile's loudness depends on what was measured, and is not shown.";

/** The commands of the first pass, where the profile states a loudness. */
function measuring({ source, plan, profile }: Omit<Planned, "accel">): string[][] {
  if (!profile.audio.loudness) return [];
  return plan.sounds.map((sound) => planMeasure({ source, ...places }, sound));
}

/** The source as the edit leaves it. */
function edited(source: Source, request: PlanJob): Source {
  const { clip } = requireEdit(request) ?? {};
  if (!clip) return source;
  const problem = clipProblem(source, clip);
  if (problem !== undefined)
    throw refusedFields("edit-invalid", {
      path: "body/edit/clip",
      message: `does not fit the source: ${problem}`,
    });
  return clipSource(source, clip);
}

/** The commands that make files out of what is encoded; refuses outputs that all need what the source lacks. */
function packaging(profile: Profile, plan: Plan, { durationSeconds }: Source) {
  const { outputs = defaultOutputs } = profile.packaging;
  if (plan.folders.length === 0) {
    const names = Object.keys(outputs).join(", ");
    throw refuse("body/outputs", `is ${names} alone, and the source has nothing to make these of`);
  }
  return outputCommands(planOutputs({ ...places, outputs, plan, durationSeconds }));
}

export function createPlanner(args: PlannerArgs): Planner {
  return {
    plan: async (projectId, request) => {
      const profile = profileFor(args.profiles, request);
      const described = await describe(args.db, projectId, request);
      const tier = tierOf(profile.video.ladder);
      const work = { kind: "transcode", tier, needs: needsOf(profile, request) } as const;
      const accel = request.accel ?? partsOf(await args.router.look(work)).accel;
      const source = edited(describedSource(described), request);
      const encoder = encoders[accel];
      const overlay = overlayOf(source, request);
      const threads = coresOf[tier];
      const text = textOf(source, request);
      const plan = planEncode({ source, profile, encoder, threads, overlay, text, ...places });
      return {
        ...{ tier, accel, class: jobClassOf({ kind: "transcode", tier, accel }) },
        fps: rounded(toNumber(plan.cadence.fps), 3),
        segmentSeconds: Number(plan.cadence.segmentSeconds),
        renditions: plan.renditions.map(({ name, width, height, codec, maxKbps }) => ({
          ...{ name, width, height, codec, maxKbps },
        })),
        sounds: plan.sounds.map(({ name, channels, kbps }) => ({ name, channels, kbps })),
        commands: [
          ...measuring({ source, plan, profile }),
          plan.argv,
          ...packaging(profile, plan, source),
        ].map((argv) => ["ffmpeg", ...argv]),
        ...workOf({ source, plan, profile, accel }, args),
        assumptions: [
          ...assumptions,
          ...(profile.audio.loudness ? [loudnessAssumption] : []),
          ...(overlay ? [overlayAssumption] : []),
        ],
      };
    },
  };
}
