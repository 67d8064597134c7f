const patterns = new Map<string, RegExp>();

function compiled(pattern: string): RegExp {
  const escaped = pattern
    .split("*")
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`);
}

/** Whether a text is as a setting says, where `*` stands for any text. */
export function matches(pattern: string, text: string): boolean {
  const known = patterns.get(pattern) ?? compiled(pattern);
  patterns.set(pattern, known);
  return known.test(text);
}

export function matchesAny(listed: readonly string[], text: string): boolean {
  return listed.some((pattern) => matches(pattern, text));
}
