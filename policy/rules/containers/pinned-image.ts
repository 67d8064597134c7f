import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { parseImage, type ImageReference } from "./image-reference.ts";
import { imageRule } from "./image-rule.ts";

/** Tags that name one build: three numbers or more, a date, or a checksum or commit. */
const exact = [
  String.raw`(^|[^0-9])\d+\.\d+\.\d+`,
  String.raw`(^|[^0-9])\d{4}-?\d{2}-?\d{2}([^0-9]|$)`,
  "(^|[^0-9a-z])(?=[0-9a-f]*[0-9])[0-9a-f]{7,64}([^0-9a-z]|$)",
];
/** Words that stand for whatever is new, also behind a version. */
const moving = /(^|[^a-z])(latest|snapshot|nightly|edge|canary|rolling|unstable)([^a-z]|$)/i;

interface Demands {
  readonly digests: boolean;
  readonly exactTags: readonly string[];
}

function problemOf({ tag, digest }: ImageReference, demands: Demands): string | undefined {
  if (digest !== undefined) return undefined;
  if (demands.digests) return "without a digest";
  if (tag === undefined) return "without tag or digest, which stands for latest";
  const isExact = demands.exactTags.some((pattern) => new RegExp(pattern).test(tag));
  return isExact && !moving.test(tag) ? undefined : `by the tag "${tag}", which moves`;
}

export const pinnedImage = imageRule({
  name: "pinned-image",
  title: "Images are named by a digest or an exact tag",
  why: "What a moving tag stands for depends on when a node pulled it: pods of one workload run different versions, and nothing rolls back to what ran before.",
  fix: "set image to a tag that names one build, like registry.example.com/shop/cart:1.4.2, and better with its digest behind it",
  severity: "high",
  frameworks: [kubernetesDocs("Images")],
  config: Type.Object({
    digests: Type.Boolean({
      default: false,
      description: "Whether every image needs a digest, because even an exact tag can be moved.",
    }),
    // Without the format "regex": the engine checks it by Go's expressions, which have no lookahead.
    exactTags: Type.Array(Type.String(), {
      default: exact,
      description: "Regular expressions of tags that name one build and are never moved.",
    }),
  }),
  check: (image, report, demands) => {
    if (image === "") {
      report("has no image");
      return;
    }
    const parsed = parseImage(image);
    const problem =
      parsed === undefined ? "which is no image reference" : problemOf(parsed, demands);
    if (problem !== undefined) report(`uses the image "${image}" ${problem}`);
  },
});
