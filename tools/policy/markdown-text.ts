import { oneLine } from "../text.ts";

/** As it is, whatever is in it. */
export function code(text: string): string {
  return `\`${oneLine(text).replaceAll("`", "'")}\``;
}

/** As text that makes no elements, links and pictures, and calls nobody. */
export function plain(text: string): string {
  return oneLine(text)
    .replaceAll("<", "&lt;")
    .replaceAll(/[[\]*_`|\\]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200b");
}

export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`;
}

/** As many of the lines, from the first, as are together no longer than that, and a line about the rest. */
export function withRest(
  lines: readonly string[],
  longest: number,
  rest: (left: number) => string,
): readonly string[] {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.length + 1;
    return length > longest;
  });
  return end === -1 ? lines : [...lines.slice(0, end), rest(lines.length - end)];
}
