/** A range of IPv4 addresses; both ends belong to it. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
  /** Bits that all addresses share: 0 is every address there is. */
  readonly prefix: number;
}

function addressOf(text: string): number | undefined {
  const octets = text.split(".").map(Number);
  return octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255)
    ? octets.reduce((sum, octet) => sum * 256 + octet, 0)
    : undefined;
}

/** The range that CIDR notation names; nothing when it names none. */
export function parseCidr(cidr: string): AddressRange | undefined {
  const [text = "", bits = ""] = cidr.split("/");
  const address = addressOf(text);
  const prefix = Number(bits);
  if (address === undefined || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return address % size === 0 ? { first: address, last: address + size - 1, prefix } : undefined;
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}
