import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { numberAt, parseJson, textAt, type Json } from "../../../tools/plugins/kit/json.ts";
import { hasCode } from "./cloud-folder.ts";

export type Operation = "create" | "update" | "delete" | "read";

/** What an operation is about; `names` are the logical and the physical one. */
export interface Occasion {
  readonly provider: string;
  readonly type: string;
  readonly names: readonly string[];
  readonly operation: Operation;
}

export interface Fault {
  readonly delaySeconds: number;
  readonly error: string | undefined;
}

function matches(fault: Json, occasion: Occasion): boolean {
  const same = (key: string, values: readonly string[]): boolean => {
    const wanted = textAt(fault, key);
    return wanted === undefined || values.includes(wanted);
  };
  return (
    same("provider", [occasion.provider]) &&
    same("type", [occasion.type]) &&
    same("name", occasion.names) &&
    textAt(fault, "operation") === occasion.operation
  );
}

/** Making a folder succeeds for one process only, so that `times` holds across processes. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Whether a fault still has a turn; a faults.json that was written anew starts counting anew. */
function hasTurn(folder: string, key: string, times: number | undefined): boolean {
  if (times === undefined) return true;
  const turns = path.join(folder, "fault-turns");
  mkdirSync(turns, { recursive: true });
  return Array.from({ length: times }).some((_, turn) =>
    claim(path.join(turns, `${key}-${turn.toString()}`)),
  );
}

/** The fault that an operation meets, if faults.json has one for it: the first that matches and has a turn. */
export function faultFor(folder: string, occasion: Occasion): Fault | undefined {
  const file = path.join(folder, "faults.json");
  if (!existsSync(file)) return undefined;
  const written = statSync(file).mtimeMs.toString();
  const faults = parseJson(readFileSync(file, "utf8"));
  const met = (Array.isArray(faults) ? faults : []).find(
    (fault, index) =>
      matches(fault, occasion) &&
      hasTurn(folder, `${written}-${index.toString()}`, numberAt(fault, "times")),
  );
  if (met === undefined) return undefined;
  return { delaySeconds: numberAt(met, "delaySeconds") ?? 0, error: textAt(met, "error") };
}

/** Waits as long as a fault asks for, and says whether the operation was cancelled meanwhile. */
export async function delayed(fault: Fault | undefined, signal: AbortSignal): Promise<boolean> {
  const milliseconds = (fault?.delaySeconds ?? 0) * 1000;
  if (milliseconds === 0) return signal.aborted;
  try {
    await sleep(milliseconds, undefined, { signal });
    return false;
  } catch (error) {
    if (signal.aborted) return true;
    throw error;
  }
}
