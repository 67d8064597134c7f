import { listAt, numberAt, textAt, type JsonObject } from "../../kit/json.ts";

/** How far an object is: usable, still on its way (and why), or never going to get there. */
export type Verdict =
  { state: "ready" } | { state: "waiting"; message: string } | { state: "failed"; message: string };

export const ready: Verdict = { state: "ready" };

export function waiting(message: string): Verdict {
  return { state: "waiting", message };
}

export function failed(message: string): Verdict {
  return { state: "failed", message };
}

export interface Condition {
  status: string;
  reason: string;
  message: string;
}

export function condition(object: JsonObject, type: string): Condition | undefined {
  const found = listAt(object, "status", "conditions").find(
    (entry) => textAt(entry, "type") === type,
  );
  if (found === undefined) return undefined;
  return {
    status: textAt(found, "status") ?? "",
    reason: textAt(found, "reason") ?? "",
    message: textAt(found, "message") ?? "",
  };
}

/** "Reason: message", with whichever of the two there is. */
export function reasonText({ reason, message }: { reason: string; message: string }): string {
  return [reason, message].filter((part) => part !== "").join(": ");
}

/** A number of an object's status; absent means zero. */
export function statusCount(object: JsonObject, field: string): number {
  return numberAt(object, "status", field) ?? 0;
}

/** Whether the controller has yet to look at the latest change of the specification. */
export function isUnobserved(object: JsonObject): boolean {
  return (
    statusCount(object, "observedGeneration") < (numberAt(object, "metadata", "generation") ?? 0)
  );
}
