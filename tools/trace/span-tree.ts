import type { Trace, TraceSpan } from "./jaeger-trace.ts";

/** A span and how deep it is under the first one. */
export interface Row {
  readonly span: TraceSpan;
  readonly depth: number;
}

function byStart(a: TraceSpan, b: TraceSpan): number {
  return a.startMs - b.startMs || b.ms - a.ms;
}

/** Parents before children, older before younger; a span whose parent is missing stands at the top. */
export function rowsOf({ spans }: Trace): Row[] {
  const known = new Set(spans.map(({ id }) => id));
  const children = Map.groupBy(spans, ({ parentId }) =>
    parentId !== undefined && known.has(parentId) ? parentId : "",
  );
  const rows: Row[] = [];
  const add = (parent: string, depth: number): void => {
    for (const span of (children.get(parent) ?? []).toSorted(byStart)) {
      rows.push({ span, depth });
      add(span.id, depth + 1);
    }
  };
  add("", 0);
  return rows;
}

/** Many spans of a kind under one parent, as uploads and statements are, in one row. */
export interface Group extends Row {
  readonly count: number;
  /** From the start of the first to the end of the last. */
  readonly ms: number;
  readonly failed: number;
}

export function hasFailed({ tags }: TraceSpan): boolean {
  return tags.get("error") === true || tags.get("otel.status_code") === "ERROR";
}

const alike = ({ service, name, parentId }: TraceSpan): string =>
  JSON.stringify([service, name, parentId]);

/** Spans of one name side by side under one parent become one row, if none of them has parts and there are several. */
export function grouped(rows: readonly Row[], atLeast = 4): Group[] {
  const parents = new Set(rows.map(({ span }) => span.parentId));
  const leaves = rows.filter(({ span }) => !parents.has(span.id));
  const families = Map.groupBy(leaves, ({ span }) => alike(span));
  return rows.flatMap((row): Group[] => {
    const { span } = row;
    const family = parents.has(span.id) ? [] : (families.get(alike(span)) ?? []);
    if (family.length < atLeast) {
      return [{ ...row, count: 1, ms: span.ms, failed: hasFailed(span) ? 1 : 0 }];
    }
    if (family[0]?.span !== span) return [];
    const end = Math.max(...family.map((one) => one.span.startMs + one.span.ms));
    const failed = family.filter((one) => hasFailed(one.span)).length;
    return [{ ...row, count: family.length, ms: end - span.startMs, failed }];
  });
}

/** When the trace begins, and how long it takes. */
export function extentOf({ spans }: Trace): { readonly startMs: number; readonly ms: number } {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.ms));
  return { startMs, ms: Math.max(endMs - startMs, 0.001) };
}
