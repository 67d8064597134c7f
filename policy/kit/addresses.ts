/** An address, alone or with the length of its block's prefix. */
const pattern = /^(?<address>[\d.]+|[\da-f.]*:[\da-f:.]*)(?:\/(?<prefix>\d{1,3}))?$/i;
/** Unique local and link-local addresses. */
const privateIpv6 = /^(?:f[cd]|fe80)/i;
/** All of IPv4 in IPv6: mapped addresses, and those that a gateway translates (RFC 6052). */
const embeddedIpv4 = /^(?:::ffff:|0:0:0:0:0:ffff:|64:ff9b:)/i;

/** Private networks may be as large as they are: 10.0.0.0/8, fc00::/7. A provider of IPv6 gets 32 bits. */
function shortestPrefixOf(address: string): number {
  if (!address.includes(":")) return 8;
  if (embeddedIpv4.test(address)) return 96 + 8;
  return privateIpv6.test(address) ? 7 : 32;
}

/** Whether a block of addresses is so large that it names nobody; what is no block counts as one too. */
export function isWide(cidr: string | undefined): boolean {
  const { address, prefix } = pattern.exec(cidr?.trim() ?? "")?.groups ?? {};
  if (address === undefined) return true;
  return prefix !== undefined && Number(prefix) < shortestPrefixOf(address);
}
