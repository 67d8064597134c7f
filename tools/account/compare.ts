import type { Table } from "../testing/tables.ts";
import type { Answer, QuotaNeed } from "./account.ts";
import type { PoolNeed, StackNeed } from "../../config/account-need.ts";

/** What the comparison of needs with an account's answers comes to. */
export interface Findings {
  readonly tables: readonly Table[];
  /** Why the stack cannot come up as it is, each with what to do. */
  readonly blocking: readonly string[];
  /** Why it could not grow as far as its file says. */
  readonly limiting: readonly string[];
}

const list = (names: readonly string[]): string => names.join(", ");

function unsoldZones({ zones }: PoolNeed, sold: readonly string[]): string[] {
  return zones.filter((zone) => !sold.includes(zone));
}

/** The line of the stack file that keeps pools of a GPU to the zones that have it. */
function zoneRemedy(pool: PoolNeed, need: StackNeed, sold: readonly string[]): string {
  const usable = need.zones.filter((zone) => sold.includes(zone));
  const elsewhere =
    sold.length === 0 ? "the region has it nowhere" : `the region has it in ${list(sold)}`;
  if (pool.gpu === undefined) {
    const key = pool.most === 0 ? "alternative" : "machine";
    return `choose another ${key} in ${need.cloud}.system, or other zones; ${elsewhere}`;
  }
  if (usable.length === 0) return `use another GPU, or other ${need.cloud}.zones; ${elsewhere}`;
  return `set framewright:gpu: { zones: { ${pool.gpu}: [${list(usable)}] } }`;
}

function machineText({ machine, accelerator }: PoolNeed): string {
  return accelerator === undefined ? machine : `${machine} + ${accelerator}`;
}

function machineRow(pool: PoolNeed, missing: readonly string[]): string[] {
  return [
    pool.pool,
    machineText(pool),
    list(pool.zones),
    missing.length === 0 ? "" : list(missing),
    missing.length === 0 ? "ok" : "MISSING",
  ];
}

function machines(need: StackNeed, { sold }: Answer) {
  const places = need.pools.map((pool) => {
    const there = sold.get(pool.pool) ?? [];
    return { pool, there, missing: unsoldZones(pool, there) };
  });
  const rows = places.map(({ pool, missing }) => machineRow(pool, missing));
  const blocking = places
    .filter(({ missing }) => missing.length > 0)
    .map(
      ({ pool, there, missing }) =>
        `${pool.pool}: ${machineText(pool)} is not sold in ${list(missing)}: ${zoneRemedy(pool, need, there)}`,
    );
  const head = ["pool", "machine", "zones needed", "not sold in", ""];
  return { table: { title: "Machines", head, rows }, blocking };
}

type Verdict = "ok" | "limits growth" | "MISSING";

function verdictOf({ start, most, room }: QuotaNeed): Verdict {
  const free = room.limit - room.used;
  if (free < start) return "MISSING";
  return free < most ? "limits growth" : "ok";
}

function quotaRow(quota: QuotaNeed): string[] {
  const { what, id, start, most, room } = quota;
  const missing = Math.max(0, most + room.used - room.limit);
  return [
    what,
    id,
    ...[start, most, room.limit, room.used].map(String),
    missing === 0 ? "" : String(missing),
    verdictOf(quota),
  ];
}

function asking(quotas: readonly QuotaNeed[], verdict: Verdict): string[] {
  return quotas
    .filter((quota) => verdictOf(quota) === verdict)
    .map(
      ({ what, most, room, ask }) =>
        `${what}: ${room.limit - room.used} of ${most} are free: ${ask(most + room.used)}`,
    );
}

function zonesOf(need: StackNeed, { zones }: Answer): string[] {
  return need.zones
    .filter((zone) => !zones.includes(zone))
    .map(
      (zone) => `${zone} is no zone of this account in ${need.region}: use some of ${list(zones)}`,
    );
}

export function compare(need: StackNeed, answer: Answer): Findings {
  const { table, blocking } = machines(need, answer);
  const head = ["quota", "its name", "to start", "in full", "limit", "in use", "missing", ""];
  return {
    tables: [table, { title: "Quotas", head, rows: answer.quotas.map(quotaRow) }],
    blocking: [...zonesOf(need, answer), ...blocking, ...asking(answer.quotas, "MISSING")],
    limiting: asking(answer.quotas, "limits growth"),
  };
}
