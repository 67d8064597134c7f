import { textAt, type Json, type JsonObject } from "../../../../tools/plugins/kit/json.ts";
import type { Taint } from "./pool.ts";

/** How both clouds spell what a taint does, and how Kubernetes does. */
const effects: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
  NO_EXECUTE: "NoExecute",
};

export function taintOf(taint: Json): Taint {
  const effect = textAt(taint, "effect") ?? "";
  return {
    key: textAt(taint, "key") ?? "",
    value: textAt(taint, "value") ?? "",
    effect: effects[effect] ?? effect,
  };
}

/** The entries of an object that are strings. */
export function textsOf(object: JsonObject | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object ?? {}).flatMap(([key, value]) =>
      typeof value === "string" ? [[key, value]] : [],
    ),
  );
}
