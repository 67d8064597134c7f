import { describe, expect, it } from "vitest";
import { allowedRegistries } from "../../../policy/rules/containers/allowed-registries.ts";
import { pinnedImage } from "../../../policy/rules/containers/pinned-image.ts";
import { retiredImages } from "../../../policy/rules/containers/retired-images.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { deployment, podSpec } from "../kit/workloads.ts";

const right = "registry.example.com/shop/models:1.4.2";
const wrong = (
  [
    [pinnedImage, "registry.example.com/shop/models:latest", 'by the tag "latest", which moves'],
    [allowedRegistries, "shop/models:1.4.2", "without its registry"],
    [retiredImages, "registry-1.docker.io/bitnami/redis:8.2.1", "taken away"],
  ] as const
).map(([rule, ...texts]) => [rule.name, rule, ...texts] as const);

describe("an image that a pod mounts as a volume", () => {
  function mounting(reference: unknown) {
    return deployment(podSpec({ volumes: [{ name: "models", image: { reference } }] }));
  }

  it.each(wrong)("is judged by %s", (_, rule, image, says) => {
    expect(evaluate(rule, mounting(right))).toEqual([]);
    const [message, ...more] = evaluate(rule, mounting(image));
    expect(message).toContain(`Deployment shop/cart: volume "models" uses the image "${image}"`);
    expect(message).toContain(says);
    expect(more).toEqual([]);
  });

  it("has to be known and to be there", () => {
    expect(evaluate(pinnedImage, mounting(unknown))).toEqual([
      expect.stringContaining("image.reference is not known before the update"),
    ]);
    expect(evaluate(pinnedImage, mounting(""))).toEqual([
      expect.stringContaining('volume "models" has no image'),
    ]);
  });
});
