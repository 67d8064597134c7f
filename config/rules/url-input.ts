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

/** Private ranges that strangers may be connected to: where they are named, and what is there. */
function rangesOf({
  urlInput,
  webhooks,
  egress,
}: ConfigValues): [path: string, cidr: string, what: string][] {
  return [
    ...urlInput.ranges.map((cidr, index): [string, string, string] => [
      `urlInput.ranges[${index}]`,
      cidr,
      "videos",
    ]),
    ...webhooks.ranges.map((cidr, index): [string, string, string] => [
      `webhooks.ranges[${index}]`,
      cidr,
      "receivers",
    ]),
    ...egress.ranges.map((cidr, index): [string, string, string] => [
      `egress.ranges[${index}]`,
      cidr,
      "streams",
    ]),
  ];
}

export const urlRangesAreRanges: Rule = (config) =>
  rangesOf(config).flatMap(([path, cidr]) =>
    when(parseCidr(cidr) === undefined, () => ({
      path,
      problem: `must be a range of addresses (it is "${cidr}")`,
      remedy: "write its first address and its length, e.g. 10.30.0.0/20",
    })),
  );

function forbidden(config: ConfigValues): [string, string][] {
  return [...never.map(([what, cidr]): [string, string] => [what, cidr]), ...networkRanges(config)];
}

/** Whoever may name URLs reaches what is reached for him: databases of the platform must not be among it. */
export const urlRangesAreOfOthers: Rule = (config) =>
  rangesOf(config).flatMap(([path, cidr, what]) => {
    const range = parseCidr(cidr);
    if (range === undefined) return [];
    return forbidden(config).flatMap(([whose, other]) => {
      const theirs = parseCidr(other);
      return when(theirs !== undefined && overlap(range, theirs), () => ({
        path,
        problem: `must not contain ${whose} (${cidr} and ${other})`,
        remedy: `name the hosts that have ${what}, each with its own range`,
      }));
    });
  });
