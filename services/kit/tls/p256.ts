import { createHash, createPrivateKey, hkdfSync, type KeyObject } from "node:crypto";
import { mapHashToField } from "@noble/curves/abstract/modular.js";
import { p256 as curve } from "@noble/curves/nist.js";
import type { SignatureScheme } from "./certificates.ts";

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function keyOf(secret: Uint8Array): KeyObject {
  const point = curve.getPublicKey(secret, false);
  const [x, y] = [point.slice(1, 33), point.slice(33)];
  return createPrivateKey({
    key: { kty: "EC", crv: "P-256", d: base64url(secret), x: base64url(x), y: base64url(y) },
    format: "jwk",
  });
}

function secretOf(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
}

/**
 * ECDSA on P-256 with SHA-256, which browsers know; they refuse Ed25519. Node's own signatures have a random number in them;
 * these have one that key and message decide (RFC 6979), so that the same password makes the same certificate.
 */
export const p256: SignatureScheme = {
  // ecdsa-with-SHA256
  algorithm: Buffer.from("300a06082a8648ce3d040302", "hex"),
  keyFor(password, name) {
    const seed = hkdfSync("sha256", password, "", `framewright ${name}`, 48);
    return keyOf(mapHashToField(new Uint8Array(seed), curve.Point.CURVE().n));
  },
  sign(body, signer) {
    const digest = createHash("sha256").update(body).digest();
    return curve.sign(digest, secretOf(signer), { lowS: false }).toBytes("der");
  },
  namesKeys: true,
};
