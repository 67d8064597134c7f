import { access, readdir } from "node:fs/promises";
import { closedSegments } from "./part.ts";
import type { ClosedSegment } from "./segment-store.ts";

/** What was recorded here before this process: its predecessor may have been killed. */
export async function partsOnDisk(scratch: string): Promise<ClosedSegment[]> {
  const names = (await readdir(scratch)).filter((name) => /^p\d+$/.test(name));
  const parts = names.map((name) => Number(name.slice(1))).toSorted((one, other) => one - other);
  const found: ClosedSegment[] = [];
  for (const part of parts) {
    const folder = `${scratch}/p${part}`;
    const segments = await closedSegments(folder);
    found.push(...segments.map((segment, number) => ({ part, number, folder, segment })));
  }
  return found;
}

export async function isThere({ folder, segment }: ClosedSegment): Promise<boolean> {
  try {
    await access(`${folder}/${segment.name}`);
    return true;
  } catch {
    return false;
  }
}
