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

/** How a pulumi command ended. */
export interface Run {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A preview, an up, a refresh or a destroy, read from the engine's events. */
export interface Operation extends Run {
  /** How many resources met which operation, e.g. `{ create: 12, same: 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** In the order in which they began, those that did nothing left out. */
  readonly steps: readonly Step[];
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
export function complaint(operation: Operation): string {
  const text = operation.errors.length > 0 ? operation.errors.join("\n") : operation.stderr;
  return `ended with ${String(operation.code)} after ${operation.seconds.toFixed(0)} s:\n${text.slice(0, 6000)}`;
}
