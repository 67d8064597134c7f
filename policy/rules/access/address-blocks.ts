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
    description: "The same for IPv6: 7 lets fc00::/7 pass, the private addresses.",
  }),
};

interface Prefixes {
  readonly shortestIpv4Prefix: number;
  readonly shortestIpv6Prefix: number;
}

/** Whether a block of addresses is so large that it names nobody. */
export function isEverywhere(cidr: string, prefixes: Prefixes): boolean {
  const [address = "", prefix] = cidr.trim().split("/");
  if (prefix === undefined) return false;
  const { shortestIpv4Prefix, shortestIpv6Prefix } = prefixes;
  return Number(prefix) < (address.includes(":") ? shortestIpv6Prefix : shortestIpv4Prefix);
}
