import { expect, test } from "vitest";
import * as urlInput from "../../../config/rules/url-input.ts";
import { configWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

const broken: Broken[] = [
  [
    "what is no range of addresses",
    urlInput.urlRangesAreRanges,
    configWith((config) => (config.urlInput.ranges = ["10.30.0.0/16", "10.30.1.0/16", "fd00::/8"])),
    [
      'urlInput.ranges[1] must be a range of addresses (it is "10.30.1.0/16")',
      'urlInput.ranges[2] must be a range of addresses (it is "fd00::/8")',
    ],
  ],
  [
    "the worker itself and the metadata of clouds",
    urlInput.urlRangesAreOfOthers,
    configWith((config) => (config.urlInput.ranges = ["127.0.0.0/8", "169.254.169.254/32"])),
    [
      "urlInput.ranges[0] must not contain loopback addresses (127.0.0.0/8 and 127.0.0.0/8)",
      "urlInput.ranges[1] must not contain link-local addresses, where clouds have their metadata (169.254.169.254/32 and 169.254.0.0/16)",
    ],
  ],
  [
    "the same among the ranges of webhooks",
    urlInput.urlRangesAreRanges,
    configWith((config) => (config.webhooks.ranges = ["10.30.0.0/16", "10.30.1.0/16"])),
    ['webhooks.ranges[1] must be a range of addresses (it is "10.30.1.0/16")'],
  ],
  [
    "the webhook sender itself",
    urlInput.urlRangesAreOfOthers,
    configWith((config) => (config.webhooks.ranges = ["10.30.0.0/16", "127.0.0.1/32"])),
    ["webhooks.ranges[1] must not contain loopback addresses (127.0.0.1/32 and 127.0.0.0/8)"],
  ],
  [
    "the platform's own networks",
    urlInput.urlRangesAreOfOthers,
    gkeWith((config) => (config.urlInput.ranges = ["10.20.0.0/16"])),
    ["urlInput.ranges[0] must not contain gke.network.pods (10.20.0.0/16 and 10.20.0.0/14)"],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(urlInput, broken)).toEqual([]);
});

test("a private network beside the platform's may have videos", () => {
  const config = gkeWith(({ urlInput }) => (urlInput.ranges = ["10.200.0.0/16"]));
  expect(Object.values(urlInput).flatMap((rule) => rule(config, facts))).toEqual([]);
});
