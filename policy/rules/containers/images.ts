import { type TProperties, Type } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { matches } from "../../kit/pattern.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { reporting, type Report, type Rule, type RuleText, type Settings } from "../../kit/rule.ts";

export interface ImageReference {
  /** Host, with its port if it has one; undefined where the reference leaves it to the node's default. */
  readonly registry: string | undefined;
  /** Without registry: `library/nginx`, or `nginx` as written. */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
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
  return isWellFormed(path, registry) ? { registry, path, tag, digest } : undefined;
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

interface ImageRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (image: string, report: Report, config: Settings<Config>) => void;
}

function imageRule<Config extends TProperties>({ check, ...text }: ImageRule<Config>): Rule {
  return containerRule<Config>({
    ...text,
    checkPod: ({ spec }, report, config) => {
      for (const volume of listAt(spec, "volumes")) {
        if (!isPresent(volume, "image")) continue;
        const reportVolume = reporting((problem) => {
          report(`volume "${textAt(volume, "name") ?? ""}" ${problem}`);
        });
        check(textAt(volume, "image", "reference") ?? "", reportVolume, config);
      }
    },
    check: ({ spec }, report, config) => {
      check(textAt(spec, "image") ?? "", report, config);
    },
  });
}

/** Tags that name one build: three numbers or more, a date, or a checksum or commit. */
const exact = [
  /(^|[^0-9])\d+\.\d+\.\d+/,
  /(^|[^0-9])\d{4}-?\d{2}-?\d{2}([^0-9]|$)/,
  /(^|[^0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{7,64}([^0-9a-z]|$)/,
];
/** Words that stand for whatever is new, also behind a version. */
const moving = /(^|[^a-z])(latest|snapshot|nightly|edge|canary|rolling|unstable)([^a-z]|$)/i;

function tagProblem(parsed: ImageReference | undefined): string | undefined {
  if (parsed === undefined) return "which is no image reference";
  const { tag, digest } = parsed;
  if (digest !== undefined) return undefined;
  if (tag === undefined) return "without tag or digest, which stands for latest";
  const isExact = exact.some((pattern) => pattern.test(tag));
  return isExact && !moving.test(tag) ? undefined : `by the tag "${tag}", which moves`;
}

export const pinnedImage = imageRule({
  name: "pinned-image",
  title: "Images are named by a digest or an exact tag",
  why: "What a moving tag stands for depends on when a node pulled it: pods of one workload run different versions, and nothing rolls back to what ran before.",
  fix: "set image to a tag that names one build, like registry.example.com/shop/cart:1.4.2, and better with its digest behind it",
  severity: "high",
  frameworks: [kubernetesDocs("Images")],
  check: (image, report) => {
    const problem = tagProblem(parseImage(image));
    report(image === "" ? "has no image" : problem && `uses the image "${image}" ${problem}`);
  },
});

export const allowedRegistries = imageRule({
  name: "allowed-registries",
  title: "Images come from registries that are allowed",
  why: "An image of a stranger runs with the rights and the network of the pod, and an unqualified name is taken from whichever registry the node is set to.",
  fix: "set image to one below an allowed registry or repository with its host written out, like registry.example.com/shop/cart:1.4.2",
  severity: "high",
  frameworks: [nsaCisa("Building secure container images")],
  config: Type.Object({
    allowed: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        "Registries and repositories with all that is below them, like `ghcr.io/shop`; `*` stands for any text within one part of the path. Empty: any registry that is written out.",
    }),
  }),
  check: (image, report, { allowed }) => {
    const parsed = parseImage(image);
    // What is no reference is refused by the rule about pinned images.
    if (parsed === undefined) return;
    const isAllowed = (prefix: string) =>
      isUnder(`${parsed.registry ?? ""}/${parsed.path}`, prefix);
    if (parsed.registry === undefined) {
      report(`uses the image "${image}" without its registry`);
    } else if (allowed.length > 0 && !allowed.some(isAllowed)) {
      report(`uses the image "${image}", which is from none of: ${allowed.join(", ")}`);
    }
  },
});
