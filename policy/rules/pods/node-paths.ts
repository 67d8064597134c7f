function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Whether a path of a node is an allowed one or below it, and does not climb out of it again. */
export function isBelow(path: string, allowed: string): boolean {
  const parts = segments(path);
  return (
    !parts.includes("..") && segments(allowed).every((part, position) => parts[position] === part)
  );
}
