import { Type, type Static } from "typebox";
import { withTimeout } from "@framewright/runtime/clock.ts";

/** Throws an error whose message says what is missing. */
export type Probe = () => Promise<void>;

export interface ProbeRow {
  /** False: the service works without this backend for a while, so that readiness does not depend on it. */
  readonly required: boolean;
  readonly probe: Probe;
}

const Check = Type.Object({
  ok: Type.Boolean(),
  required: Type.Boolean({ description: "Without this backend the replica accepts no requests" }),
  detail: Type.Optional(Type.String({ description: "What is missing" })),
});
export const ReadyReport = Type.Object(
  { ready: Type.Boolean(), checks: Type.Record(Type.String(), Check) },
  { title: "Readiness" },
);
type ReadyReport = Static<typeof ReadyReport>;
type Check = Static<typeof Check>;

export interface Readiness {
  report(): Promise<ReadyReport>;
  /** From now on this replica says no, so that nobody sends it new requests. */
  drain(): void;
}

const probeTimeoutMs = 1_500;
/** Several probers ask at once (kubelet, gateway); they share an answer for this long. */
const rememberMs = 1_000;

export function createReadiness(
  probes: Readonly<Record<string, ProbeRow>>,
  onCheck: (name: string, ok: boolean) => void,
): Readiness {
  let draining = false;
  let last: { at: number; report: Promise<ReadyReport> } | undefined;

  const check = async (name: string, { required, probe }: ProbeRow): Promise<[string, Check]> => {
    try {
      await withTimeout(probe(), probeTimeoutMs, name);
      onCheck(name, true);
      return [name, { ok: true, required }];
    } catch (error) {
      onCheck(name, false);
      const detail = error instanceof Error ? error.message : "unknown";
      return [name, { ok: false, required, detail }];
    }
  };
  const measure = async () => {
    const rows = Object.entries(probes).map(([name, row]) => check(name, row));
    const checks = Object.fromEntries(await Promise.all(rows));
    return { ready: Object.values(checks).every(({ ok, required }) => ok || !required), checks };
  };
  return {
    drain: () => {
      draining = true;
    },
    report: async () => {
      if (!last || performance.now() - last.at > rememberMs) {
        last = { at: performance.now(), report: measure() };
      }
      const report = await last.report;
      if (!draining) return report;
      const shutdown = { ok: false, required: true, detail: "shutting down" };
      return { ready: false, checks: { ...report.checks, shutdown } };
    },
  };
}
