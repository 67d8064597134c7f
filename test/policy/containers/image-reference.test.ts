import { describe, expect, it } from "vitest";
import {
  isUnder,
  parseImage,
  repositoryOf,
} from "../../../policy/rules/containers/image-reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("an image reference", () => {
  it.each([
    ["nginx", { path: "nginx" }],
    ["nginx:1.29.1", { path: "nginx", tag: "1.29.1" }],
    ["team/app", { path: "team/app" }],
    ["docker.io/team/app:1", { registry: "docker.io", path: "team/app", tag: "1" }],
    ["localhost/app", { registry: "localhost", path: "app" }],
    ["localhost:5000/app", { registry: "localhost:5000", path: "app" }],
    ["node:5000/app", { registry: "node:5000", path: "app" }],
    ["registry.test:5000/a/b:v1", { registry: "registry.test:5000", path: "a/b", tag: "v1" }],
    [`ghcr.io/a/b@${digest}`, { registry: "ghcr.io", path: "a/b", digest }],
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
    "",
    "nginx:",
    "Nginx",
    "ghcr.io/Team/app",
    "ghcr.io//app",
    "ghcr.io/",
    "a b",
    "nginx@sha256:12",
    "nginx@",
    `nginx:${"x".repeat(129)}`,
    "https://ghcr.io/a/b",
    "nginx:1.2.3:4",
    `nginx@sha256:${"0".repeat(63)}`,
    `nginx@sha256:${"A".repeat(64)}`,
    `nginx@md5:${"0".repeat(32)}`,
    "ghcr.\u0456o/a/b:1.2.3",
    "ghcr..io/a/b:1.2.3",
    "-.io/a/b:1.2.3",
    "ghcr.io:port/a/b:1.2.3",
    "nginx:1.2.3\n",
  ])('"%s" is none', (image) => {
    expect(parseImage(image)).toBeUndefined();
  });

  it.each([
    ["nginx:1", "docker.io/library/nginx"],
    ["team/app", "docker.io/team/app"],
    ["docker.io/nginx", "docker.io/library/nginx"],
    ["index.docker.io/team/app", "docker.io/team/app"],
    ["quay.io/a/b", "quay.io/a/b"],
    ["QUAY.io/a/b", "quay.io/a/b"],
    ["registry-1.docker.io/team/app", "docker.io/team/app"],
    ["registry.hub.docker.com/team/app", "docker.io/team/app"],
    ["docker.io:443/library/nginx", "docker.io/library/nginx"],
    ["quay.io:443/a/b", "quay.io/a/b"],
    ["quay.io:8443/a/b", "quay.io:8443/a/b"],
  ])("%s comes from %s", (image, repository) => {
    expect(repositoryOf(parseImage(image)!)).toBe(repository);
  });
});

describe("a prefix of repositories", () => {
  it.each([
    ["ghcr.io", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop/", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop/cart", "ghcr.io/shop/cart", true],
    ["ghcr.io/shop", "ghcr.io/shopping/cart", false],
    ["ghcr.io/shop/cart", "ghcr.io/shop", false],
    ["ghcr.io", "evil.ghcr.io/shop/cart", false],
    ["ghcr.io", "ghcr.io.evil.test/shop/cart", false],
    ["*.dkr.ecr.*.amazonaws.com/shop", "1.dkr.ecr.eu-1.amazonaws.com/shop/cart", true],
    ["*.amazonaws.com", "evil.test/x.amazonaws.com", false],
    ["ghcr.io/*/cart", "ghcr.io/shop/cart", true],
    ["ghcr.io/*/cart", "ghcr.io/a/b/cart", false],
  ])("%s covers %s: %j", (prefix, repository, covers) => {
    expect(isUnder(repository, prefix)).toBe(covers);
  });
});
