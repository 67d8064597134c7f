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
