import { overlap, parseCidr } from "../cidr.ts";
import type { ConfigValues } from "../schema.ts";
import { networkRanges } from "./networks.ts";
import { when, type Rule } from "./rule.ts";

/** Where no file of anybody is: the machine itself, and the addresses at which clouds give credentials away. */
const never = [
  ["this host", "0.0.0.0/8"],
  ["loopback addresses", "127.0.0.0/8"],
  ["link-local addresses, where clouds have their metadata", "169.254.0.0/16"],
] as const;

function pathOf(index: number): string {
  return `urlInput.ranges[${index}]`;
}

export const urlRangesAreRanges: Rule = ({ urlInput }) =>
  urlInput.ranges.flatMap((cidr, index) =>
    when(parseCidr(cidr) === undefined, () => ({
      path: pathOf(index),
      problem: `must be a range of addresses (it is "${cidr}")`,
      remedy: "write its first address and its length, e.g. 10.30.0.0/20",
    })),
  );

function forbidden(config: ConfigValues): [string, string][] {
  return [...never.map(([what, cidr]): [string, string] => [what, cidr]), ...networkRanges(config)];
}

/** Whoever may submit jobs reaches what a worker reaches: databases of the platform must not be among it. */
export const urlRangesAreOfOthers: Rule = (config) =>
  config.urlInput.ranges.flatMap((cidr, index) => {
    const range = parseCidr(cidr);
    if (range === undefined) return [];
    return forbidden(config).flatMap(([what, other]) => {
      const theirs = parseCidr(other);
      return when(theirs !== undefined && overlap(range, theirs), () => ({
        path: pathOf(index),
        problem: `must not contain ${what} (${cidr} and ${other})`,
        remedy: "name the hosts that have videos, each with its own range",
      }));
    });
  });
