export const isRoot = process.getuid?.() === 0;

/**
 * Flags of `unshare` under which a user is root among the ids that /etc/subuid grants him; none for root. What is made
 * so looks to root of the machine as if one user had made all of it.
 */
export const asNamespaceRoot: readonly string[] = isRoot
  ? []
  : ["--user", "--map-root-user", "--map-auto"];

/** Flags under which a user is another one, with the right to mount; none for root, who needs no such namespace. */
export function asNamespaceUser(id: number): readonly string[] {
  return isRoot ? [] : ["--user", `--map-user=${id}`, `--map-group=${id}`, "--keep-caps"];
}
