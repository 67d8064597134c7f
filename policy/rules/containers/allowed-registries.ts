import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { imageRule } from "./image-rule.ts";
import { isUnder, parseImage, repositoryOf } from "./image-reference.ts";

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
    if (parsed.registry === undefined) {
      report(`uses the image "${image}" without its registry`);
      return;
    }
    const repository = repositoryOf(parsed);
    if (allowed.length > 0 && !allowed.some((prefix) => isUnder(repository, prefix))) {
      report(`uses the image "${image}", which is from none of: ${allowed.join(", ")}`);
    }
  },
});
