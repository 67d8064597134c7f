import { describe, expect, it } from "vitest";
import {
  allowedRegistries,
  isUnder,
  parseImage,
  pinnedImage,
} from "../../../policy/rules/containers/images.ts";
import { describeRule, type Failing, type Passing } from "../kit/rule-cases.ts";
import { containerWith, podWith } from "../kit/workloads.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const cart = "registry.example.com/shop/cart";

function words(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
const using = (image: unknown) => containerWith({ image });
const mounting = (reference: unknown) =>
  podWith({ volumes: [{ name: "models", image: { reference } }] });

const exact = words(
  "1.4.2 v1.35.0 1.4.2-alpine3.22 8.0.1-bookworm 16.4.0-debian-12-r3 2024.10.5 20240904 2025-09-07",
  "noble-20240904 RELEASE.2025-09-07T16-13-09Z 5555555555555555 3f2504e main-3f2504e0",
  "sha-0123456789abcdef0123456789abcdef01234567",
);
const moving = words(
  "latest 1 1.2 v1 3.21 7.4-alpine stable main edge nightly dev noble bookworm-slim alpine deadbeef",
  "1.4.2-latest 1.4.2-SNAPSHOT 1.4.2-nightly v1.4.2-edge 1.4.2-canary 1.4.2_rolling",
);

describeRule(pinnedImage, {
  passes: [
    ["a digest", using(`${cart}@${digest}`)],
    ["a digest and a tag that moves", using(`${cart}:latest@${digest}`)],
    ["an image as a volume", mounting(`${cart}:1.4.2`)],
    ...exact.map((tag): Passing => [`the tag ${tag}`, using(`${cart}:${tag}`)]),
  ],
  fails: [
    ["no tag", using(cart), `uses the image "${cart}" without tag or digest, which stands for`],
    ["none behind a port", using("registry.test:5000/cart"), "without tag or digest"],
    ["no image", using(undefined), "has no image"],
    ["an empty one", using(""), "has no image"],
    ["what is no image", using("Shop/Cart:1.4.2"), "which is no image reference"],
    ["one as a volume", mounting(`${cart}:1`), `volume "models" uses the image "${cart}:1" by`],
    ["an empty one as a volume", mounting(""), 'volume "models" has no image'],
    ...moving.map((tag): Failing => [
      `the tag ${tag}`,
      using(`${cart}:${tag}`),
      `the tag "${tag}", which moves`,
    ]),
  ],
});

const from = (...allowed: readonly string[]) => ({ allowed });
const ecr = "1.dkr.ecr.eu-central-1.amazonaws.com/shop/cart:1";

describeRule(allowedRegistries, {
  passes: [
    ["any registry that is written out", using("docker.io/library/nginx:1.29.1")],
    ["one on this node", using("localhost:5000/cart:1.4.2")],
    ["an allowed registry", using(`${cart}:1.4.2`), from("registry.example.com")],
    ["one of two", using(`${cart}:1`), from("ghcr.io", "registry.example.com/shop")],
    ["official images", using("docker.io/library/nginx:1.29.1"), from("docker.io/library")],
    ["a pattern", using(ecr), from("1.dkr.ecr.*.amazonaws.com/shop")],
  ],
  fails: [
    ["no registry", using("nginx:1.29.1"), 'uses the image "nginx:1.29.1" without its registry'],
    ["only a team", using("shop/cart:1.4.2"), "without its registry"],
    ["one as a volume", mounting("shop/models:1"), 'volume "models" uses the image'],
    [
      "another team of an allowed registry",
      using("ghcr.io/shopping/cart:1"),
      'uses the image "ghcr.io/shopping/cart:1", which is from none of: ghcr.io/shop, b',
      from("ghcr.io/shop", "b"),
    ],
    ["a registry that only starts so", using("ghcr.io.evil.test/a:1"), "none of", from("ghcr.io")],
    ["another account", using(ecr), "none of", from("2.dkr.ecr.*.amazonaws.com/shop")],
  ],
});

describe("an image reference", () => {
  it.each([
    ["nginx", { path: "nginx" }],
    ["nginx:1.29.1", { path: "nginx", tag: "1.29.1" }],
    ["team/app", { path: "team/app" }],
    ["docker.io/team/app:1", { registry: "docker.io", path: "team/app", tag: "1" }],
    ["localhost/app", { registry: "localhost", path: "app" }],
    ["node:5000/app", { registry: "node:5000", path: "app" }],
    ["registry.test:5000/a/b:v1", { registry: "registry.test:5000", path: "a/b", tag: "v1" }],
    [`ghcr.io/a/b:1.2.3@${digest}`, { registry: "ghcr.io", path: "a/b", tag: "1.2.3", digest }],
    ["[2001:db8::1]:5000/app", { registry: "[2001:db8::1]:5000", path: "app" }],
    [
      "gcr.io/google_containers/a--b/c.d",
      { registry: "gcr.io", path: "google_containers/a--b/c.d" },
    ],
  ])("%s is taken apart", (image, parts) => {
    expect(parseImage(image)).toEqual(parts);
  });

  it.each([
    ...words("nginx: Nginx ghcr.io/Team/app ghcr.io//app ghcr.io/ nginx@sha256:12 nginx@"),
    ...words("https://ghcr.io/a/b nginx:1.2.3:4 ghcr..io/a/b:1 -.io/a/b:1 ghcr.io:port/a/b:1"),
    ...["", "a b", "nginx:1.2.3\n", "ghcr.\u0456o/a/b:1.2.3", `nginx:${"x".repeat(129)}`],
    ...[`nginx@sha256:${"A".repeat(64)}`, `nginx@md5:${"0".repeat(32)}`],
  ])('"%s" is none', (image) => {
    expect(parseImage(image)).toBeUndefined();
  });

  it.each([
    ["ghcr.io/shop/", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop/cart", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop/cart", "ghcr.io/shop", false],
    ["ghcr.io", "evil.ghcr.io/shop/cart", false],
    ["*.amazonaws.com", "evil.test/x.amazonaws.com", false],
    ["ghcr.io/*/cart", "ghcr.io/shop/cart", true],
    ["ghcr.io/*/cart", "ghcr.io/a/b/cart", false],
  ])("below %s there is %s: %j", (prefix, repository, isBelow) => {
    expect(isUnder(repository, prefix)).toBe(isBelow);
  });
});
