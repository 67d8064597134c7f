/** Something of a stack that is still in the cloud. */
export interface Leftover {
  /** As a person would call it: "disk", "load balancer". */
  readonly kind: string;
  readonly name: string;
  /** What to do: a command, or where to look. */
  readonly remedy: string;
  /** Meant to outlive the stack, as `retainVolumes` or the cloud has it: no reason to worry. */
  readonly kept: boolean;
}

/** One question to a cloud's command line tool, and what its answer means. */
export interface Query {
  readonly args: readonly string[];
  readonly read: (answer: unknown) => readonly Leftover[];
}

/** The same thing may be found by its label and by what it belongs to. */
export function withoutDoubles(found: readonly Leftover[]): Leftover[] {
  const known = new Set<string>();
  return found.filter(({ kind, name }) => {
    const key = `${kind} ${name}`;
    const isNew = !known.has(key);
    known.add(key);
    return isNew;
  });
}

const headings = { kind: "KIND", name: "NAME", remedy: "WHAT TO DO" };

/** Rows under each other, the last column as wide as it likes. */
export function table(found: readonly Leftover[]): string {
  const rows = [headings, ...found];
  const width = (key: "kind" | "name") => Math.max(...rows.map((row) => row[key].length));
  const [kind, name] = [width("kind"), width("name")];
  return rows
    .map((row) => `  ${row.kind.padEnd(kind)}  ${row.name.padEnd(name)}  ${row.remedy}`)
    .join("\n");
}

/** What is told about a stack, in words; two lists at most. */
export function report(stack: string, found: readonly Leftover[]): string {
  const left = found.filter(({ kept }) => !kept);
  const kept = found.filter((one) => one.kept);
  return [
    left.length === 0
      ? `Nothing of stack ${stack} is left.`
      : `Of stack ${stack} this is left:\n\n${table(left)}`,
    ...(kept.length === 0
      ? []
      : [`Kept on purpose (delete it when you are sure):\n\n${table(kept)}`]),
  ].join("\n\n");
}
