import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate and its key, as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateArgs {
  readonly subject: string;
  /** DNS names and IPv4 addresses of a server; a client has none. */
  readonly names?: readonly string[];
}

/** Keys and signatures of one kind, both decided by what they are made from alone. */
export interface SignatureScheme {
  /** AlgorithmIdentifier of its signatures. */
  readonly algorithm: Uint8Array;
  /** @param name of the key, for one password has many */
  keyFor(password: string, name: string): KeyObject;
  sign(body: Uint8Array, signer: KeyObject): Uint8Array;
  /** Whether certificates name the key that signed them, as strict clients of the web want it. */
  readonly namesKeys: boolean;
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

function generalName(name: string): Buffer {
  return isIPv4(name) ? der(0x87, Uint8Array.from(name.split("."), Number)) : text(0x82, name);
}

function ofLeaf({ names = [] }: CertificateArgs): readonly Buffer[] {
  const isServer = names.length > 0;
  return [
    extension("551d13", sequence(), critical),
    // digitalSignature
    extension("551d0f", bytes("03020780"), critical),
    // serverAuth or clientAuth
    extension("551d25", sequence(oid(isServer ? "2b06010505070301" : "2b06010505070302"))),
    ...(isServer ? [extension("551d11", sequence(...names.map(generalName)))] : []),
  ];
}

const pkcs8Head = bytes("302e020100300506032b657004220420");

/** RFC 8410: an Ed25519 signature depends on key and message alone. */
const ed25519: SignatureScheme = {
  algorithm: sequence(oid("2b6570")),
  keyFor(password, name) {
    const seed = Buffer.from(hkdfSync("sha256", password, "", `framewright ${name}`, 32));
    return createPrivateKey({
      key: Buffer.concat([pkcs8Head, seed]),
      format: "der",
      type: "pkcs8",
    });
  },
  sign: (body, signer) => sign(null, body, signer),
  namesKeys: false,
};

function pem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

interface Signed {
  readonly scheme: SignatureScheme;
  readonly subject: string;
  readonly key: KeyObject;
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

function publicBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

/** RFC 7093, method 1. */
function keyName(key: KeyObject): Buffer {
  return createHash("sha256").update(publicBytes(key)).digest().subarray(0, 20);
}

/** Which key is certified, and which key signed. */
function keyNames({ scheme, key, signer }: Signed): Buffer[] {
  if (!scheme.namesKeys) return [];
  return [
    extension("551d0e", der(0x04, keyName(key))),
    extension("551d23", sequence(der(0x80, keyName(signer)))),
  ];
}

function certificate(signed: Signed): string {
  const { scheme, subject, key, issuer, signer, extensions } = signed;
  const publicKey = publicBytes(key);
  // A positive number of 16 bytes, another one for each key.
  const serial = createHash("sha256").update(publicKey).digest().subarray(0, 16);
  serial.writeUInt8((serial.readUInt8() & 0x3f) | 0x40);
  const body = sequence(
    der(0xa0, bytes("020102")),
    der(0x02, serial),
    scheme.algorithm,
    commonName(issuer),
    validity,
    commonName(subject),
    publicKey,
    der(0xa3, sequence(...extensions, ...keyNames(signed))),
  );
  const signature = der(0x03, Buffer.of(0), scheme.sign(body, signer));
  return pem(sequence(body, scheme.algorithm, signature));
}

/** An authority of its own for a few programs that trust nobody else. */
export function authorityOf(
  password: string,
  name: string,
  scheme: SignatureScheme = ed25519,
): Authority {
  const signer = scheme.keyFor(password, name);
  const own = { scheme, subject: name, issuer: name, signer };
  return {
    certificate: certificate({ ...own, key: signer, extensions: ofAuthority }),
    issue(args) {
      const key = scheme.keyFor(password, `${name}/${args.subject}`);
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
