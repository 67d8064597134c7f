import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = readonly [Address, number];

/** Where clouds answer with the credentials of their machines. No config opens these. */
const metadata: readonly Block[] = [
  ipaddr.parseCIDR("169.254.0.0/16"),
  ipaddr.parseCIDR("fd00:ec2::/32"),
  // Azure's, among the public addresses.
  ipaddr.parseCIDR("168.63.129.16/32"),
];

/** What is public in IPv6 at all. Beyond it are the forms that carry an IPv4 address, such as NAT64's. */
const globalUnicast: Block = ipaddr.parseCIDR("2000::/3");

function within(address: Address, [network, bits]: Block): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/** Ranges of addresses, as `10.0.0.0/8`. Throws where one is none. */
export function parseRanges(ranges: readonly string[]): Block[] {
  return ranges.map((range) => ipaddr.parseCIDR(range));
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return address.kind() === "ipv4" || within(address, globalUnicast);
}

/**
 * Whether a program may connect there on behalf of a stranger: to public unicast addresses and to those that `allowed` has,
 * which then are meant to be reached. An IPv6 address that stands for an IPv4 one is never public (IPv4-mapped, NAT64, 6to4,
 * Teredo): who means the IPv4 address can write it.
 */
export function mayConnectTo(text: string, allowed: readonly string[] = []): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (metadata.some((block) => within(address, block))) return false;
  return isPublic(address) || parseRanges(allowed).some((block) => within(address, block));
}
