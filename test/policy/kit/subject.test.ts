import { describe, expect, it } from "vitest";
import { subjectsOf, titleOf } from "../../../policy/kit/subject.ts";

const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function titles(props: Record<string, unknown>, kind = type): string[] {
  const registered = { type: kind, urn: "urn", name: "edge", props, opts: { protect: false } };
  return subjectsOf(registered).map(titleOf);
}

describe("the name of a Kubernetes object", () => {
  const annotations = { "pulumi.com/autonamed": "true" };

  it.each([
    ["what the program gives", { name: "open", namespace: "shop" }, "shop/open"],
    ["that in Pulumi where there is none yet", { namespace: "shop" }, "shop/edge"],
    [
      "that in Pulumi where the provider makes one of its own",
      { name: "edge-3f2a1b9c", namespace: "shop", annotations },
      "shop/edge",
    ],
  ])("is %s", (_, metadata, title) => {
    expect(titles({ metadata })).toEqual([`NetworkPolicy ${title}`]);
  });
});

describe("what rules evaluate", () => {
  it("is each item of a list of objects", () => {
    const items = [{ metadata: { name: "one" } }, { metadata: {} }];
    expect(titles({ items }, `${type}List`)).toEqual([
      "NetworkPolicy one",
      "NetworkPolicy edge.items.1",
    ]);
  });

  it("is the resource itself outside Kubernetes, whatever its type is called", () => {
    expect(titles({ items: [] }, "gcp:example:DenyList")).toEqual(["gcp:example:DenyList edge"]);
  });
});
