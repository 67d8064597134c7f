import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateArgs {
  readonly subject: string;
  /** DNS names of a server; a client has none. */
  readonly names?: readonly string[];
}

/** Signs certificates that a password alone decides: the same password makes the same bytes, so previews are quiet. */
export interface Authority {
  readonly certificate: string;
  issue(args: CertificateArgs): KeyPair;
}

/** ASN.1 in its distinguished encoding (X.690), as much of it as certificates (RFC 5280) need. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, content]);
}

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, bytes(hex));
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));

/** RFC 8410: an Ed25519 signature depends on key and message alone. */
const ed25519 = sequence(oid("2b6570"));
const commonName = (value: string): Buffer =>
  sequence(der(0x31, sequence(oid("550403"), text(0x0c, value))));

const critical = bytes("0101ff");
function extension(id: string, value: Buffer, ...flags: readonly Buffer[]): Buffer {
  return sequence(oid(id), ...flags, der(0x04, value));
}

/** They are replaced with their password; an end in between would stop backups on a day that nobody remembers. */
const validity = sequence(text(0x17, "250101000000Z"), text(0x17, "491231235959Z"));

const ofAuthority: readonly Buffer[] = [
  extension("551d13", sequence(critical), critical),
  // keyCertSign
  extension("551d0f", bytes("03020204"), critical),
];

function ofLeaf({ names = [] }: CertificateArgs): readonly Buffer[] {
  const isServer = names.length > 0;
  return [
    extension("551d13", sequence(), critical),
    // digitalSignature
    extension("551d0f", bytes("03020780"), critical),
    // serverAuth or clientAuth
    extension("551d25", sequence(oid(isServer ? "2b06010505070301" : "2b06010505070302"))),
    ...(isServer ? [extension("551d11", sequence(...names.map((name) => text(0x82, name))))] : []),
  ];
}

const pkcs8Head = bytes("302e020100300506032b657004220420");

function keyFor(password: string, subject: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", password, "", `framewright ${subject}`, 32));
  return createPrivateKey({
    key: Buffer.concat([pkcs8Head, seed]),
    format: "der",
    type: "pkcs8",
  });
}

function pem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

interface Signed {
  readonly subject: string;
  readonly key: KeyObject;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate({ subject, key, issuer, signer, extensions }: Signed): string {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  // A positive number of 16 bytes, another one for each key.
  const serial = createHash("sha256").update(publicKey).digest().subarray(0, 16);
  serial.writeUInt8((serial.readUInt8() & 0x3f) | 0x40);
  const body = sequence(
    der(0xa0, bytes("020102")),
    der(0x02, serial),
    ed25519,
    commonName(issuer),
    validity,
    commonName(subject),
    publicKey,
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.of(0), sign(null, body, signer));
  return pem(sequence(body, ed25519, signature));
}

/** An authority of its own for a few programs that trust nobody else. */
export function authorityOf(password: string, name: string): Authority {
  const signer = keyFor(password, name);
  const own = { subject: name, issuer: name, signer };
  return {
    certificate: certificate({ ...own, key: signer, extensions: ofAuthority }),
    issue(args) {
      const key = keyFor(password, `${name}/${args.subject}`);
      return {
        certificate: certificate({
          ...own,
          subject: args.subject,
          key,
          extensions: ofLeaf(args),
        }),
        key: key.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}
