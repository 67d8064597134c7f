import { hash, randomInt, timingSafeEqual } from "node:crypto";
import { completeKey, entropyLength, type KeyKind } from "@framewright/contracts/api-key.ts";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Of the random part: enough to find the row, far too little to guess the rest. */
const visibleCharacters = 8;

export function generateKey(kind: KeyKind): string {
  const entropy = Array.from({ length: entropyLength }, () => alphabet.charAt(randomInt(62)));
  return completeKey(kind, entropy.join(""));
}

/** What is kept to find a key by and to show in lists. */
export function prefixOf(kind: KeyKind, key: string): string {
  return key.slice(0, kind.length + visibleCharacters);
}

export function digestOf(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}

/** Compares without telling by its duration how much of a guess was right. */
export function sameSecret(guess: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(guess), digest);
}
