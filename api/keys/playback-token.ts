import { createHmac, timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";

const idLength = 16;
const expiryLength = 5;
const macLength = 16;
/** Expiries are rounded up to this, so that the URL of a job stays the same for a while and caches help. */
const expiryStepSeconds = 3600;

export interface PlaybackGrant {
  readonly jobId: string;
  readonly expiresAt: Date;
}

/** The HMAC is cut to 128 bits, as NIST SP 800-107 allows: a shorter URL, no weaker in practice. */
function macOf(body: Buffer, secret: string): Buffer {
  return createHmac("sha256", secret).update(body).digest().subarray(0, macLength);
}

export function playbackExpiry(nowMs: number, ttlSeconds: number): Date {
  const steps = Math.ceil((nowMs / 1000 + ttlSeconds) / expiryStepSeconds);
  return new Date(steps * expiryStepSeconds * 1000);
}

/** A token stays the same for an hour, and a client that follows its jobs asks for it many times. */
const signed = new LRUCache<string, string>({ max: 10_000 });

/** Who holds the token may read the published files of that one job until it expires. */
export function signPlayback({ jobId, expiresAt }: PlaybackGrant, secret: string): string {
  const expirySeconds = Math.floor(expiresAt.getTime() / 1000);
  const name = `${jobId}/${expirySeconds}/${secret}`;
  const known = signed.get(name);
  if (known !== undefined) return known;
  const body = Buffer.alloc(idLength + expiryLength);
  body.write(jobId.replaceAll("-", ""), 0, "hex");
  body.writeUIntBE(expirySeconds, idLength, expiryLength);
  const token = Buffer.concat([body, macOf(body, secret)]).toString("base64url");
  signed.set(name, token);
  return token;
}

/** The grant of a token that one of the secrets signed, expired or not; undefined for anything else. */
export function readPlayback(token: string, secrets: readonly string[]): PlaybackGrant | undefined {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== idLength + expiryLength + macLength) return undefined;
  const body = bytes.subarray(0, idLength + expiryLength);
  const mac = bytes.subarray(body.length);
  if (!secrets.some((secret) => timingSafeEqual(macOf(body, secret), mac))) return undefined;
  const hex = body.toString("hex", 0, idLength);
  const jobId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { jobId, expiresAt: new Date(body.readUIntBE(idLength, expiryLength) * 1000) };
}
