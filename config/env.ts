/** Where Pulumi takes the passphrase of a stack's secrets from; a variable that is there may be empty. */
export interface PassphraseSources {
  readonly passphrase?: string;
  readonly passphraseFile?: string;
}

export function passphraseSources(): PassphraseSources {
  return {
    passphrase: process.env["PULUMI_CONFIG_PASSPHRASE"],
    passphraseFile: process.env["PULUMI_CONFIG_PASSPHRASE_FILE"],
  };
}

/** Set to "true" by `npm run drift`: versions that a cloud has published since the last deploy are no difference. */
export const keepVersionsVariable = "FRAMEWRIGHT_KEEP_VERSIONS";

export function keepsVersions(): boolean {
  return process.env[keepVersionsVariable] === "true";
}
