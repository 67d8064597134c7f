import { describe, expect, it } from "vitest";
import { eachObject } from "../../policy/kit/objects.ts";
import { subjectOf, titleOf, type Subject } from "../../policy/kit/subject.ts";

const type = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function subject(props: Record<string, unknown>, kind = type): Subject {
  return subjectOf({ type: kind, urn: "urn", name: "edge", props, opts: { protect: false } });
}

describe("the name of a Kubernetes object", () => {
  it.each([
    ["what the program gives", { name: "open", namespace: "shop" }, "shop/open"],
    [
      "that in Pulumi where the provider makes one of its own",
      {
        name: "edge-3f2a1b9c",
        namespace: "shop",
        annotations: { "pulumi.com/autonamed": "true" },
      },
      "shop/edge",
    ],
    ["that in Pulumi where there is none yet", { namespace: "shop" }, "shop/edge"],
  ])("is %s", (_, metadata, title) => {
    expect(titleOf(subject({ metadata }))).toBe(`NetworkPolicy ${title}`);
  });
});

describe("objects of a kind", () => {
  const kinds = ["networking.k8s.io/NetworkPolicy"];

  it.each([
    ["the resource itself", { spec: 1 }, type, ["1"]],
    [
      "each item of a list",
      { items: [{ spec: 1 }, { spec: 2 }] },
      `${type}List`,
      ["items.0: 1", "items.1: 2"],
    ],
    ["nothing of another kind", { spec: 1 }, "kubernetes:core/v1:Service", []],
    ["nothing outside Kubernetes", { spec: 1 }, "aws:s3/bucket:Bucket", []],
  ])("are %s", (_, props, kind, expected) => {
    const said: string[] = [];
    eachObject(
      subject(props, kind),
      kinds,
      (problem) => said.push(problem),
      (fields, report) => {
        report(String((fields as { spec: number }).spec));
      },
    );
    expect(said).toEqual(expected);
  });
});
