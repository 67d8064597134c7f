/** Ranges of addresses of clouds. */

const range = /^(?<address>[0-9a-fA-F:.]+)\/(?<prefix>\d{1,3})$/;

/**
 * Whether a range has more addresses than one owner has: an IPv4 range shorter than 8 bits, an IPv6 one shorter than 32
 * bits, which is what a provider gets. What is no range at all counts as one too.
 */
export function isWide(cidr: unknown): boolean {
  const { address, prefix } = range.exec(typeof cidr === "string" ? cidr : "")?.groups ?? {};
  if (address === undefined) return true;
  return Number(prefix) < (address.includes(":") ? 32 : 8);
}
