const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const checksumLength = 6;

/** Random characters in a key: 30 of base62 are 178 bits. */
export const entropyLength = 30;
export const clientKeyKind = "fw_live_";
export const workerKeyKind = "fw_wkr_";
/** Registers one worker, once. */
export const workerTokenKind = "fw_join_";
export type KeyKind = typeof clientKeyKind | typeof workerKeyKind | typeof workerTokenKind;

/** The bitwise CRC-32 of IEEE 802.3 over ASCII text; keys are short, so no table. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function base62(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Makes a key of 30 random letters and digits: kind, randomness, checksum. */
export function completeKey(kind: KeyKind, entropy: string): string {
  if (!/^[0-9A-Za-z]{30}$/.test(entropy)) {
    throw new Error(
      `a key needs ${entropyLength} letters and digits, got ${entropy.length} characters`,
    );
  }
  return `${kind}${entropy}${base62(crc32(kind + entropy), checksumLength)}`;
}

/** Whether the text has the form and the checksum of a key: tells a typo from a wrong key without a look-up. */
export function isKey(kind: KeyKind, text: string): boolean {
  const entropy = text.slice(kind.length, -checksumLength);
  return (
    text.startsWith(kind) &&
    /^[0-9A-Za-z]{30}$/.test(entropy) &&
    completeKey(kind, entropy) === text
  );
}
