import type { Run } from "./command.ts";

/** What the engine did with one resource. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** Paths of the changed inputs. */
  readonly changed: readonly string[];
}

/** A preview, an up, a refresh or a destroy, read from the engine's events. */
export interface Operation extends Run {
  /** How many resources met which operation, e.g. `{ create: 12, same: 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** In the order in which they began, those that did nothing left out. */
  readonly steps: readonly Step[];
  /** Resources that had begun and did not end: of a command that was killed, what it waited for. */
  readonly begun: readonly string[];
  /** What the engine, the program and the providers had to say as errors. */
  readonly errors: readonly string[];
}

interface StepEvent {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  readonly diffs?: readonly string[] | null;
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepEvent };
  readonly resOutputsEvent?: { readonly metadata: StepEvent };
  readonly resOpFailedEvent?: { readonly metadata: StepEvent };
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly message: string;
    readonly ephemeral?: boolean;
  };
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function toStep({ op, urn, type, detailedDiff, diffs }: StepEvent): Step {
  const paths = Object.keys(detailedDiff ?? {});
  return { op, urn, type, name: nameOf(urn), changed: paths.length > 0 ? paths : (diffs ?? []) };
}

function eventsOf(stdout: string): EngineEvent[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [JSON.parse(line) as EngineEvent];
    } catch {
      return []; // the last line of a killed command
    }
  });
}

/** Names of what was begun and neither done nor failed. */
function unfinished(events: readonly EngineEvent[]): string[] {
  const ended = new Set(
    events.map(({ resOutputsEvent, resOpFailedEvent }) => {
      return (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
    }),
  );
  return events
    .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
    .filter(({ urn, op }) => op !== "same" && !ended.has(urn))
    .map(({ urn }) => nameOf(urn));
}

/** Reads the events that `--json` makes a command print. */
export function toOperation(run: Run): Operation {
  const events = eventsOf(run.stdout);
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const errors = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity, ephemeral }) => severity === "error" && ephemeral !== true)
    .map(({ message }) => message.trim());
  return {
    ...run,
    changes: events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    steps: steps.map(toStep).filter(({ op }) => op !== "same"),
    begun: unfinished(events),
    errors,
  };
}

/** All operations but "same", as text: "12 create, 1 replace"; "nothing" when there is none. */
export function changesText({ changes }: Operation): string {
  const parts = Object.entries(changes)
    .filter(([op, count]) => op !== "same" && count > 0)
    .map(([op, count]) => `${count.toString()} ${op}`);
  return parts.length === 0 ? "nothing" : parts.sort().join(", ");
}

/** Why a command failed, short enough for the message of a test. */
export function complaint({ code, seconds, begun, errors, stderr }: Operation): string {
  const text = errors.length > 0 ? errors.join("\n") : stderr;
  const waited =
    code === null ? `killed while ${begun.join(", ") || "nothing"} was under way\n` : "";
  return `ended with ${String(code)} after ${seconds.toFixed(0)} s:\n${waited}${text.slice(0, 6000)}`;
}
