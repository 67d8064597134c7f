import { randomBytes } from "node:crypto";

/** Blowfish starts from the fraction of pi: 18 subkeys, then 4 boxes of 256, each of 32 bits. */
const subkeyCount = 18;
const boxWords = 4 * 256;
const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const magic = "OrpheanBeholderScryDoubt";

/** arctan(1/x) as a fixed-point number. */
function arctanInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power = -power / (x * x);
    sum += power / n;
  }
  return sum;
}

/** The first words of pi's fraction, by Machin's formula; 64 spare bits take the rounding. */
function piWords(count: number): Uint32Array {
  const bits = BigInt(count * 32);
  const one = 1n << (bits + 64n);
  const pi = 4n * (4n * arctanInverse(5n, one) - arctanInverse(239n, one));
  const fraction = (pi - 3n * one) >> 64n;
  const hex = fraction.toString(16).padStart(count * 8, "0");
  return Uint32Array.from({ length: count }, (_, i) => parseInt(hex.slice(i * 8, i * 8 + 8), 16));
}

class Blowfish {
  readonly #subkeys: Uint32Array;
  readonly #boxes: Uint32Array;

  constructor(initial: Uint32Array) {
    this.#subkeys = initial.slice(0, subkeyCount);
    this.#boxes = initial.slice(subkeyCount);
  }

  /** One 64-bit block, left and right half, in place. */
  encrypt(block: Uint32Array): void {
    const keys = this.#subkeys;
    const boxes = this.#boxes;
    const key = (i: number): number => keys[i] ?? 0;
    const box = (i: number): number => boxes[i] ?? 0;
    let left = (block[0] ?? 0) ^ key(0);
    let right = block[1] ?? 0;
    for (let round = 1; round <= 16; round += 1) {
      const sum = (box(left >>> 24) + box(256 + ((left >>> 16) & 255))) | 0;
      const mixed = ((sum ^ box(512 + ((left >>> 8) & 255))) + box(768 + (left & 255))) | 0;
      const next = right ^ mixed ^ key(round);
      right = left;
      left = next;
    }
    block[0] = right ^ key(17);
    block[1] = left;
  }

  /** Mixes a key, and a salt if there is one, into all subkeys and boxes. */
  expand(key: Uint8Array, salt: Uint32Array | undefined): void {
    const byte = (i: number): number => key[i % key.length] ?? 0;
    for (let i = 0; i < subkeyCount; i += 1) {
      const word =
        (byte(4 * i) << 24) | (byte(4 * i + 1) << 16) | (byte(4 * i + 2) << 8) | byte(4 * i + 3);
      this.#subkeys[i] = (this.#subkeys[i] ?? 0) ^ word;
    }
    const block = new Uint32Array(2);
    let used = 0;
    for (const target of [this.#subkeys, this.#boxes]) {
      for (let i = 0; i < target.length; i += 2) {
        block[0] = (block[0] ?? 0) ^ (salt?.[used % 4] ?? 0);
        block[1] = (block[1] ?? 0) ^ (salt?.[(used + 1) % 4] ?? 0);
        used += 2;
        this.encrypt(block);
        target.set(block, i);
      }
    }
  }
}

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i));
}

/** bcrypt's own base64: another alphabet, no padding. */
function encode(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,6}/g) ?? [];
  return groups.map((group) => alphabet.charAt(parseInt(group.padEnd(6, "0"), 2))).join("");
}

/** bcrypt in its 2a form; only the first 72 bytes of the password count, as everywhere. */
export function bcryptHash(
  password: string,
  cost: number,
  salt: Uint8Array = randomBytes(16),
): string {
  const key = Uint8Array.from(Buffer.from(`${password}\0`)).slice(0, 72);
  const cipher = new Blowfish(piWords(subkeyCount + boxWords));
  cipher.expand(key, words(salt));
  for (let round = 0; round < 2 ** cost; round += 1) {
    cipher.expand(key, undefined);
    cipher.expand(salt, undefined);
  }
  const text = words(Uint8Array.from(Buffer.from(magic)));
  for (let i = 0; i < text.length; i += 2) {
    const block = text.subarray(i, i + 2);
    for (let round = 0; round < 64; round += 1) cipher.encrypt(block);
  }
  const output = new Uint8Array(24);
  text.forEach((word, i) => {
    new DataView(output.buffer).setUint32(4 * i, word);
  });
  return `$2a$${cost.toString().padStart(2, "0")}$${encode(salt)}${encode(output.slice(0, 23))}`;
}
