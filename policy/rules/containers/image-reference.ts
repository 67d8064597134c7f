import { matches } from "../../kit/pattern.ts";

/** What an image is named by, taken apart. */
export interface ImageReference {
  /** Host, with its port if it has one; absent where the reference leaves it to the node's default. */
  readonly registry?: string;
  /** Without registry: `library/nginx`, or `nginx` as written. */
  readonly path: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

/** By the grammar of the distribution project, with the two checksums that runtimes know: a path in lower case. */
const pattern =
  /^(?<name>[^\s@]+?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$/;
const hostPattern =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d+)?$/i;
const pathPattern =
  /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;

/** Only a first part with a dot or a port, or `localhost`, is a host: `team/app` is a path on Docker Hub. */
function isHost(part: string): boolean {
  return part.includes(".") || part.includes(":") || part === "localhost";
}

function isWellFormed(path: string, registry: string | undefined): boolean {
  return pathPattern.test(path) && (registry === undefined || hostPattern.test(registry));
}

/** Undefined for what no container runtime would accept. */
export function parseImage(image: string): ImageReference | undefined {
  const { name, tag, digest } = pattern.exec(image)?.groups ?? {};
  if (name === undefined) return undefined;
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const registry = isHost(first) ? first : undefined;
  const path = registry === undefined ? name : name.slice(slash + 1);
  if (!isWellFormed(path, registry)) return undefined;
  return {
    path,
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** Other hosts by which one gets the images of Docker Hub. */
const dockerHub = ["index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"];

/** `docker.io/library/nginx` for `nginx`: where the node gets it from, written out and in lower case. */
export function repositoryOf({ registry = "docker.io", path }: ImageReference): string {
  const named = registry.toLowerCase().replace(/:443$/, "");
  const host = dockerHub.includes(named) ? "docker.io" : named;
  const official = host === "docker.io" && !path.includes("/");
  return `${host}/${official ? `library/${path}` : path}`;
}

/**
 * Whether a repository is the one that a prefix names, or lies below it: `ghcr.io/shop` covers `ghcr.io/shop/cart`, not
 * `ghcr.io/shopping`. `*` stands for any text without a slash.
 */
export function isUnder(repository: string, prefix: string): boolean {
  const wanted = prefix.replace(/\/+$/, "").split("/");
  const given = repository.split("/");
  return given.length >= wanted.length && wanted.every((part, i) => matches(part, given[i] ?? ""));
}
