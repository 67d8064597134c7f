import { withValue } from "../kit/change.ts";
import type { TestResource } from "../kit/evaluate.ts";
import type { Break } from "./break.ts";

/** Breaks one resource of a program, or takes it away. */
export interface ProgramBreak extends Break {
  /** Type of what is broken; of several one is drawn. */
  readonly of: string;
  /** Which of that type; any if absent. */
  readonly which?: (resource: TestResource) => boolean;
  /** Undefined: it is gone. */
  readonly change: (resource: TestResource) => TestResource | undefined;
  /** Type of what the message names, where that is not the broken one. */
  readonly blames?: string;
}

type Change = ProgramBreak["change"];

function keysOf(path: string): (string | number)[] {
  return path.split("/").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** Sets one value: `spec/egress/0/ports`, because keys of Kubernetes have dots; undefined takes it away. */
export function set(path: string, value: unknown): Change {
  return (resource) => withValue(resource, keysOf(path), value);
}

/** Sets several. */
export function setAll(values: Readonly<Record<string, unknown>>): Change {
  return (resource) =>
    Object.entries(values).reduce(
      (changed, [path, value]) => withValue(changed, keysOf(path), value),
      resource,
    );
}

export const gone: Change = () => undefined;
