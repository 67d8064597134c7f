import { existsSync, readFileSync } from "node:fs";
import { Type, type Static } from "typebox";
import { parseAs } from "../parse.ts";
import { toldBy } from "../policy/engine-events.ts";

const ops = ["create", "update", "replace", "delete"] as const;
export type Op = (typeof ops)[number];

/** What the engine did with one resource, found of it, or would do with it. */
export interface Change {
  readonly op: Op;
  /** Its type, and its name in the cloud or else in the program. */
  readonly resource: string;
  /** Paths of what is different in it. Values are not kept. */
  readonly fields: readonly string[];
}

/** The last operation that a log is of. */
export interface Told {
  /** Whether nothing of it was done. */
  readonly isPreview: boolean;
  readonly changes: readonly Change[];
  /** What the rules had to say, in their own words. */
  readonly violations: readonly string[];
  /** Whether one of them is mandatory: the CLI's exit code does not tell that from other errors. */
  readonly isRefused: boolean;
}

const State = Type.Union([Type.Null(), Type.Object({ id: Type.Optional(Type.String()) })]);
const Event = Type.Object({
  resOutputsEvent: Type.Optional(
    Type.Object({
      metadata: Type.Object({
        op: Type.String(),
        urn: Type.String(),
        type: Type.String(),
        old: Type.Optional(State),
        new: Type.Optional(State),
        diffs: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.String())])),
        detailedDiff: Type.Optional(
          Type.Union([Type.Null(), Type.Record(Type.String(), Type.Unknown())]),
        ),
      }),
    }),
  ),
  summaryEvent: Type.Optional(Type.Object({ isPreview: Type.Boolean() })),
});

type Metadata = NonNullable<Static<typeof Event>["resOutputsEvent"]>["metadata"];

/** An id is empty while nothing has been made. */
function nameOf({ urn, old: before, new: after }: Metadata): string {
  const ids = [after?.id ?? "", before?.id ?? "", urn.split("::").at(-1) ?? ""];
  return ids.find((id) => id !== "") ?? urn;
}

function changeOf(metadata: Metadata): Change[] {
  const op = ops.find((one) => one === metadata.op);
  if (op === undefined) return [];
  const detailed = Object.keys(metadata.detailedDiff ?? {});
  const fields = detailed.length > 0 ? detailed : (metadata.diffs ?? []);
  return [{ op, resource: `${metadata.type} ${nameOf(metadata)}`, fields }];
}

/** Reads what `--event-log` makes the engine write; a command that ended before its first event has written nothing. */
export function readEngineLog(file: string): Told {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = text.split("\n").filter(Boolean);
  const events = lines.map((line) => parseAs(Event, JSON.parse(line), "An event of the engine"));
  const summary = events.findLast(({ summaryEvent }) => summaryEvent !== undefined);
  const { findings } = toldBy(text);
  return {
    isPreview: summary?.summaryEvent?.isPreview ?? false,
    changes: events.flatMap(({ resOutputsEvent }) =>
      resOutputsEvent === undefined ? [] : changeOf(resOutputsEvent.metadata),
    ),
    violations: findings.map(
      ({ level, rule, message }) => `${level} ${rule}: ${message.replaceAll(/\s*\n\s*/g, ": ")}`,
    ),
    isRefused: findings.some(({ level }) => level === "mandatory"),
  };
}
