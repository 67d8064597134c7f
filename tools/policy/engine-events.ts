import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Severity = Type.Enum(["low", "medium", "high", "critical"]);
export type Severity = Static<typeof Severity>;

/** What a rule had to say in a preview. */
export interface Finding {
  readonly rule: string;
  readonly level: "mandatory" | "advisory";
  readonly severity: Severity;
  /** In the rule's own words, which name the resource. */
  readonly message: string;
  /** Of the resource; empty where a rule speaks of the whole stack. */
  readonly urn: string;
}

const Event = Type.Object({
  policyEvent: Type.Optional(
    Type.Object({
      resourceUrn: Type.Optional(Type.String()),
      message: Type.String(),
      policyName: Type.String(),
      enforcementLevel: Type.String(),
      severity: Type.Optional(Severity),
    }),
  ),
  diagnosticEvent: Type.Optional(
    Type.Object({
      urn: Type.Optional(Type.String()),
      severity: Type.String(),
      message: Type.String(),
      ephemeral: Type.Optional(Type.Boolean()),
    }),
  ),
  policyAnalyzeStackSummaryEvent: Type.Optional(Type.Object({})),
  summaryEvent: Type.Optional(
    Type.Object({ resourceChanges: Type.Optional(Type.Record(Type.String(), Type.Number())) }),
  ),
});
type Event = Static<typeof Event>;

/** What the engine's events say of a command that ran with `--json` and streaming. */
export interface EngineReport {
  readonly findings: readonly Finding[];
  /** Of the engine, the program and the providers. */
  readonly errors: readonly string[];
  /** Whether the pack came to the end: it evaluates the stack as a whole after all resources. */
  readonly evaluated: boolean;
  /** How many resources meet which operation, e.g. `{ create: 12, same: 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
}

function eventsOf(printed: string): Event[] {
  return printed
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => Value.Parse(Event, JSON.parse(line)));
}

export function engineReportOf(printed: string): EngineReport {
  const events = eventsOf(printed);
  const findings = events.flatMap(({ policyEvent }): Finding[] => {
    if (policyEvent === undefined) return [];
    const { policyName, enforcementLevel, message, resourceUrn = "" } = policyEvent;
    const { severity = "medium" } = policyEvent;
    const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
    return [{ rule: policyName, level, severity, message: message.trim(), urn: resourceUrn }];
  });
  const errors = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity, ephemeral }) => severity === "error" && ephemeral !== true)
    .map(({ message }) => message.trim());
  const summary = events.findLast(({ summaryEvent }) => summaryEvent !== undefined);
  const evaluated = events.some((event) => event.policyAnalyzeStackSummaryEvent !== undefined);
  return { findings, errors, evaluated, changes: summary?.summaryEvent?.resourceChanges ?? {} };
}
