import { Type, type TProperties } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Report, Rule, RuleText, Settings } from "../../kit/rule.ts";
import { isUnder, parseImage, repositoryOf, type ImageReference } from "./image-reference.ts";
import { retired } from "./retired-image-list.ts";

interface ImageRule<Config extends TProperties> extends RuleText<Config> {
  /** The image is empty where none is named. */
  readonly check: (image: string, report: Report, config: Settings<Config>) => void;
}

/** A rule about images: of containers and of volumes. */
function imageRule<Config extends TProperties>({ check, ...text }: ImageRule<Config>): Rule {
  return containerRule<Config>({
    ...text,
    pod: {
      check: ({ spec }, report, config) => {
        for (const volume of listAt(spec, "volumes")) {
          if (!isPresent(volume, "image")) continue;
          const reportVolume = (problem: string) => {
            report(`volume "${textAt(volume, "name") ?? ""}" ${problem}`);
          };
          check(textAt(volume, "image", "reference") ?? "", reportVolume, config);
        }
      },
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
    if (image === "") report("has no image");
    else if (problem !== undefined) report(`uses the image "${image}" ${problem}`);
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
    const isAllowed = (prefix: string) => isUnder(repositoryOf(parsed), prefix);
    if (parsed.registry === undefined) {
      report(`uses the image "${image}" without its registry`);
    } else if (allowed.length > 0 && !allowed.some(isAllowed)) {
      report(`uses the image "${image}", which is from none of: ${allowed.join(", ")}`);
    }
  },
});

export const retiredImages = imageRule({
  name: "retired-images",
  title: "No image is used that its project has given up",
  why: "Nobody mends the holes of an archived image any more, and one that was taken away can't be pulled by the next new node.",
  fix: "set image to what the message names instead",
  severity: "high",
  frameworks: [nsaCisa("Upgrading and application security practices")],
  check: (image, report) => {
    const parsed = parseImage(image);
    if (parsed === undefined) return;
    const found = retired.find((entry) => isUnder(repositoryOf(parsed), entry.image));
    if (found === undefined) return;
    report(`uses the image "${image}": ${found.since}; instead use ${found.instead}`);
  },
});
