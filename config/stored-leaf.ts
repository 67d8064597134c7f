/** A value of the stack file that stands for one of the owner's store, by the name that it has there after the prefix. */
export const storedLeaf = /^stored:([a-z](?:[a-z0-9-]*[a-z0-9])?)$/;

export function isStoredLeaf(text: string): boolean {
  return storedLeaf.test(text);
}
