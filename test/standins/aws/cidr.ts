/** A block of IPv4 addresses: first and last, as numbers. */
export interface Block {
  readonly first: number;
  readonly last: number;
  readonly bits: number;
}

/** Undefined is what EC2 would call no valid CIDR block, host bits included. */
export function parseBlock(cidr: string): Block | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1, bits } : undefined;
}

export function overlap(a: Block, b: Block): boolean {
  return a.first <= b.last && b.first <= a.last;
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** The nth address of a block, for addresses that the cloud makes up. */
export function addressIn(block: Block, n: number): string {
  const number = Math.min(block.first + n, block.last);
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
