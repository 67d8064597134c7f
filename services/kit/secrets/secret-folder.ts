/** For a program that refuses a key that others may read; group and owner are the pod's and root. */
export interface SecretFolder {
  readonly secretName: string;
  readonly mode: number;
}

/** The volume of a Secret that others keep. */
export function secretVolume(folder: string | SecretFolder) {
  if (typeof folder === "string") return { name: folder, secret: { secretName: folder } };
  const { secretName, mode } = folder;
  return { name: secretName, secret: { secretName, defaultMode: mode } };
}
