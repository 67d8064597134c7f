import { expect, test } from "vitest";
import { imageOf, imageSources } from "../../infra/images.ts";
import { imagePolicySpec } from "../../infra/tenancy/image-policy.ts";
import { goldenStacks } from "../policy/kit/goldens.ts";

const registry = "registry.example.com/framewright";
const digest = `sha256:${"0".repeat(64)}`;
const digests = { tag: "1.0.0", images: { api: digest } };

test("an image has the release's tag, and its digest where config has those of the release", () => {
  expect(imageOf(registry, { tag: "1.0.0" }, "api")).toBe(`${registry}/api:1.0.0`);
  expect(imageOf(registry, { tag: "1.0.0", digests }, "api")).toBe(
    `${registry}/api:1.0.0@${digest}`,
  );
  expect(() => imageOf(registry, { tag: "1.0.0", digests }, "worker")).toThrow(
    'images.digests.images has no "worker" (it has: api)',
  );
});

test("digests are asked for where config has them", () => {
  const namespaces = { label: "role", except: "models" };
  const validations = (images: Parameters<typeof imageSources>[1]) =>
    imagePolicySpec(imageSources(registry, images), namespaces).validations;
  expect(validations({ tag: "1.0.0", others: [] })).toHaveLength(1);
  expect(validations({ tag: "1.0.0", others: [], digests })).toHaveLength(2);
});

interface Spec {
  readonly validations: readonly { readonly message: string }[];
}

/** The registry that a stack's policy names; undefined without one. */
function registryIn({ resources }: (typeof goldenStacks)[number]): string | undefined {
  const policy = resources.find(({ name }) => name === "tenancy-images");
  const spec = policy?.props["spec"] as Spec | undefined;
  return /from (\S+)$/.exec(spec?.validations[0]?.message ?? "")?.[1];
}

const workloads = /^kubernetes:(?:apps|batch)\/v1:/;
/** Of upstream. */
const others = [
  "ghcr.io/kedacore/",
  "registry.k8s.io/kube-state-metrics/",
  "docker.io/jaegertracing/",
];

test.each(goldenStacks.filter(({ name }) => name !== "local"))(
  "the policy of $name lets in every image of its own",
  (stack) => {
    const own = registryIn(stack);
    expect(own).toBeDefined();
    const images = stack.resources
      .filter(({ type, props }) => {
        const metadata = props["metadata"] as { namespace?: string } | undefined;
        return workloads.test(type) && metadata?.namespace?.startsWith("framewright-") === true;
      })
      .flatMap(({ props }) => [...JSON.stringify(props).matchAll(/"image":"([^"]+)"/g)])
      .map(([, image = ""]) => image);
    expect(images.length).toBeGreaterThan(5);
    const foreign = images.filter((image) => !image.startsWith(`${own ?? ""}/`));
    expect(foreign.filter((image) => !others.some((one) => image.startsWith(one)))).toEqual([]);
  },
);

test("on one machine images are asked about by nobody", () => {
  const local = goldenStacks.filter(({ name }) => name === "local");
  expect(local.map(registryIn)).toEqual([undefined]);
});
