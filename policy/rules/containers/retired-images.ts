import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { imageRule } from "./image-rule.ts";
import { isUnder, parseImage, repositoryOf } from "./image-reference.ts";
import { retiredImages as known } from "./retired-image-list.ts";

const Retired = Type.Object(
  {
    image: Type.String({
      minLength: 1,
      description: "Repository with its registry, and all below it; `*` as in exemptions.",
    }),
    since: Type.String({ minLength: 5, description: "What ended, and when." }),
    instead: Type.String({ minLength: 3, description: "What to use now." }),
  },
  { additionalProperties: false },
);

export const retiredImages = imageRule({
  name: "retired-images",
  title: "No image is used that its project has given up",
  why: "Nobody mends the holes of an archived image any more, and one that was taken away can't be pulled by the next new node.",
  fix: "set image to what the message names instead",
  severity: "high",
  frameworks: [nsaCisa("Upgrading and application security practices")],
  config: Type.Object({
    retired: Type.Array(Retired, {
      default: [],
      description: "More images that are not to be used, beside those that the rule knows.",
    }),
    kept: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        "Images below the known ones that are still looked after, like `docker.io/bitnami/common`.",
    }),
  }),
  check: (image, report, { retired, kept }) => {
    const parsed = parseImage(image);
    if (parsed === undefined) return;
    const repository = repositoryOf(parsed);
    if (kept.some((prefix) => isUnder(repository, prefix))) return;
    const found = [...retired, ...known].find((entry) => isUnder(repository, entry.image));
    if (found === undefined) return;
    report(`uses the image "${image}": ${found.since}; instead use ${found.instead}`);
  },
});
