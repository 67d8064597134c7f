import { describe, expect, it } from "vitest";
import { pinnedImage } from "../../../policy/rules/containers/pinned-image.ts";
import { describeContainers } from "../kit/pod-cases.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const cart = "registry.example.com/shop/cart";

function tagged(tag: string) {
  return { image: `${cart}:${tag}` };
}

const exact = [
  "1.4.2",
  "v1.35.0",
  "1.4.2-alpine3.22",
  "8.0.1-bookworm",
  "16.4.0-debian-12-r3",
  "2024.10.5",
  "20240904",
  "2025-09-07",
  "noble-20240904",
  "RELEASE.2025-09-07T16-13-09Z",
  "5555555555555555",
  "3f2504e",
  "main-3f2504e0",
  "sha-0123456789abcdef0123456789abcdef01234567",
];
const moving = [
  "latest",
  "1",
  "1.2",
  "v1",
  "3.21",
  "7.4-alpine",
  "stable",
  "main",
  "master",
  "edge",
  "nightly",
  "dev",
  "lts",
  "noble",
  "bookworm-slim",
  "alpine",
  "deadbeef",
  "1.4.2-latest",
  "1.4.2-SNAPSHOT",
  "1.4.2-nightly",
  "v1.4.2-edge",
  "1.4.2-canary",
  "1.4.2_rolling",
];

describeContainers(pinnedImage, {
  broken: [
    [
      "names no tag",
      { image: cart },
      /uses the image ".*" without tag or digest, which stands for latest/,
    ],
    ["names none behind a port", { image: "registry.test:5000/cart" }, "without tag or digest"],
    ["names no image", { image: undefined }, "has no image"],
    ["has an empty one", { image: "" }, "has no image"],
    ["names what is none", { image: "Shop/Cart:1.4.2" }, "which is no image reference"],
    ["has an image that is unknown", { image: unknown }, "image is not known before the update"],
    ...moving.map(
      (tag) => [`has the tag ${tag}`, tagged(tag), `by the tag "${tag}", which moves`] as const,
    ),
  ],
  right: [
    ["names a digest", { image: `${cart}@${digest}` }],
    ["names a digest and a tag that moves", { image: `${cart}:latest@${digest}` }],
    ...exact.map((tag) => [`has the tag ${tag}`, tagged(tag)] as const),
    ["has a tag of a scheme of its own", tagged("build-17"), { exactTags: ["^build-[0-9]+$"] }],
  ],
});

describe("pinned-image, where digests are demanded", () => {
  const said = (image: string) =>
    evaluate(pinnedImage, deployment(podSpec({ containers: [container({ image })] })), {
      digests: true,
    });

  it("refuses even an exact tag alone", () => {
    expect(said(`${cart}:1.4.2`)).toEqual([expect.stringContaining("without a digest")]);
  });

  it("accepts a digest, with a tag or without", () => {
    expect([...said(`${cart}@${digest}`), ...said(`${cart}:1.4.2@${digest}`)]).toEqual([]);
  });
});
