import type { Backup, Repository } from "./backup-info.ts";

/** A moment in UTC, or all there is. */
export type Target = Date | "latest";

const timePattern =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/;

/** `2026-11-28 03:04:05`, in UTC unless it says otherwise. */
export function parseTarget(text: string, now: Date): Target {
  if (text === "latest") return "latest";
  const [, day, time, zone = "Z"] = timePattern.exec(text.trim()) ?? [];
  const at = new Date(`${day ?? ""}T${time ?? ""}${zone === "UTC" ? "Z" : zone}`);
  if (day === undefined || Number.isNaN(at.getTime())) {
    throw new Error(
      `--to is "${text}". Write a time of UTC as "2026-11-28 03:04:05", or with its zone as "2026-11-28 04:04:05 +01:00", or latest.`,
    );
  }
  if (at > now) {
    throw new Error(`--to is ${utc(at)}, which is still to come: it is ${utc(now)}.`);
  }
  return at;
}

/** As people and Postgres read it. */
function utc(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "+00");
}

export interface RestorePlan {
  readonly target: Target;
  readonly backup: Backup;
  /** Names of segments of the log, replayed after the backup's files. */
  readonly log: { readonly from: string; readonly to: string };
}

const ended = ({ timestamp }: Backup): Date => new Date(timestamp.stop * 1000);

/** From which backup one gets there; throws where one cannot. */
export function planRestore({ backups, newestSegment }: Repository, target: Target): RestorePlan {
  const backup = backups.findLast((one) => target === "latest" || ended(one) <= target);
  const [oldest] = backups;
  if (backup === undefined || oldest === undefined) {
    const first = oldest === undefined ? "there is none" : `the oldest ended ${utc(ended(oldest))}`;
    throw new Error(
      `No backup ended before ${target === "latest" ? "now" : utc(target)}: ${first}. Name a later time.`,
    );
  }
  return {
    target,
    backup,
    log: { from: backup.archive.start ?? "?", to: newestSegment ?? backup.archive.stop ?? "?" },
  };
}

/** What the third word of the restoring pod is. */
export function targetArgument(target: Target): string {
  return target === "latest" ? target : utc(target);
}

function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/** What was written after a moment and would not be there afterwards. */
export interface Loss {
  readonly jobs: number;
  readonly events: number;
}

function lossText(target: Target, loss: Loss | undefined): string {
  if (target === "latest") return "what the archived log does not have";
  return loss === undefined
    ? "cannot be counted: the database does not answer"
    : `${loss.jobs} jobs that were submitted since, ${loss.events} events`;
}

export interface PlanFacts {
  readonly plan: RestorePlan;
  /** Undefined where the database does not answer, and for `latest`, where nothing is counted. */
  readonly loss: Loss | undefined;
  /** Workloads that are stopped meanwhile. */
  readonly stopped: readonly string[];
}

/** The plan, for whoever decides. */
export function planText({ plan, loss, stopped }: PlanFacts): string {
  const { target, backup, log } = plan;
  const rows = {
    "restores to": target === "latest" ? "the end of the archived log" : utc(target),
    "from backup": `${backup.label} (${backup.type}, ${bytesText(backup.info.size)}, ended ${utc(ended(backup))})`,
    "replays log": `${log.from} to ${log.to} at most`,
    stops: stopped.join(", "),
    loses: lossText(target, loss),
    keeps:
      "what is there now, on the same volume as /data/pgdata.before-restore; objects in the store stay as they are",
  };
  return Object.entries(rows)
    .map(([name, text]) => `  ${name.padEnd(13)}${text}`)
    .join("\n");
}
