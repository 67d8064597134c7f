import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Standard Webhooks 1.0: 24 to 64 bytes. */
const secretBytes = 32;
const prefix = "whsec_";
const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** A new signing secret, as its receiver is shown it. */
export function generateSecret(): string {
  return prefix + randomBytes(secretBytes).toString("base64");
}

/** The bytes that sign. */
export function secretKey(secret: string): Buffer {
  return Buffer.from(secret.slice(prefix.length), "base64");
}

/** Keeps secrets so that the database alone signs nothing. */
export interface SecretBox {
  seal(secret: string, endpointId: string): Buffer;
  /** Throws where the sealed bytes were made with another key, or for another endpoint. */
  open(sealed: Buffer, endpointId: string): string;
}

export function createSecretBox(passphrase: string): SecretBox {
  const key = Buffer.from(hkdfSync("sha256", passphrase, "", "framewright webhook secrets", 32));
  return {
    seal: (secret, endpointId) => {
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(endpointId));
      const text = Buffer.concat([sealing.update(secret, "utf8"), sealing.final()]);
      return Buffer.concat([nonce, sealing.getAuthTag(), text]);
    },
    open: (sealed, endpointId) => {
      const nonce = sealed.subarray(0, nonceBytes);
      const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(endpointId))
        .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      const text = sealed.subarray(nonceBytes + tagBytes);
      return Buffer.concat([opening.update(text), opening.final()]).toString("utf8");
    },
  };
}
