import { Type } from "typebox";

/** Settings of rules that judge blocks of addresses. */
export const prefixSettings = {
  shortestIpv4Prefix: Type.Integer({
    default: 8,
    minimum: 0,
    maximum: 32,
    description:
      "A block of IPv4 addresses with a shorter prefix counts as everywhere: 8 lets 10.0.0.0/8 pass.",
  }),
  shortestIpv6Prefix: Type.Integer({
    default: 7,
    minimum: 0,
    maximum: 128,
    description: "The same for private addresses of IPv6: 7 lets fc00::/7 pass.",
  }),
  shortestPublicIpv6Prefix: Type.Integer({
    default: 32,
    minimum: 0,
    maximum: 128,
    description: "The same for all other addresses of IPv6: 32 is what one provider gets.",
  }),
};

interface Prefixes {
  readonly shortestIpv4Prefix: number;
  readonly shortestIpv6Prefix: number;
  readonly shortestPublicIpv6Prefix: number;
}

/** Unique local and link-local addresses. */
const privateIpv6 = /^(?:f[cd]|fe80)/i;
/** All of IPv4 in IPv6: mapped addresses, and those that a gateway translates (RFC 6052). */
const embeddedIpv4 = /^(?:::ffff:|0:0:0:0:0:ffff:|64:ff9b:)/i;

function shortestOf(address: string, prefixes: Prefixes): number {
  if (!address.includes(":")) return prefixes.shortestIpv4Prefix;
  if (embeddedIpv4.test(address)) return 96 + prefixes.shortestIpv4Prefix;
  return privateIpv6.test(address)
    ? prefixes.shortestIpv6Prefix
    : prefixes.shortestPublicIpv6Prefix;
}

/** Whether a block of addresses is so large that it names nobody. */
export function isEverywhere(cidr: string, prefixes: Prefixes): boolean {
  const [address = "", prefix] = cidr.trim().split("/");
  return prefix !== undefined && Number(prefix) < shortestOf(address, prefixes);
}
