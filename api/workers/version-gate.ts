import { AppError } from "../errors.ts";

/** Major, minor and patch; what comes after them makes a pre-release, which is older than its release. */
function partsOf(version: string): number[] | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)(-)?/.exec(version);
  if (!found) return undefined;
  const [, major, minor, patch, preRelease] = found;
  return [Number(major), Number(minor), Number(patch), preRelease === undefined ? 1 : 0];
}

/** Whether a version is older than another one; one that is no version is older than all. */
export function isOlder(version: string, than: string): boolean {
  const ours = partsOf(version);
  const theirs = partsOf(than) ?? [];
  if (!ours) return true;
  const place = ours.findIndex((part, index) => part !== theirs[index]);
  return place !== -1 && (ours[place] ?? 0) < (theirs[place] ?? 0);
}

interface Versioned {
  readonly workerName: string;
  readonly version: string;
}

/** @param least nothing where workers of any version are taken */
export function requireVersion(
  { workerName, version }: Versioned,
  least: string | undefined,
): void {
  if (least === undefined || !isOlder(version, least)) return;
  throw new AppError(
    "worker-too-old",
    `Worker ${workerName} has the version ${version}, and this API takes ${least} or later; update the worker`,
  );
}
