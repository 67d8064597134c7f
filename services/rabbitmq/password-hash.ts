import { createHash } from "node:crypto";

/**
 * A password as definitions hold it (`rabbit_password_hashing_sha256`): base64 of the salt followed by
 * SHA-256 over salt and password. https://www.rabbitmq.com/docs/passwords
 * @param salt four bytes; kept in state, so that the hash is the same in every preview
 */
export function hashPassword(password: string, salt: Buffer): string {
  if (salt.length !== 4) {
    throw new RangeError(`RabbitMQ salts have 4 bytes, this one has ${salt.length}`);
  }
  const digest = createHash("sha256").update(salt).update(password, "utf8").digest();
  return Buffer.concat([salt, digest]).toString("base64");
}
