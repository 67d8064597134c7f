import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSources } from "../cluster.ts";
import { partOf } from "./namespace-specs.ts";

type PolicySpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;

/** The label by which the policy knows our namespaces, and the value of those whose images are of others. */
interface Namespaces {
  readonly label: string;
  readonly except: string;
}

const lists = ["containers", "initContainers", "ephemeralContainers"] as const;

/** In the language of admission policies: the images of all containers of a pod. */
function imagesOf(pod: string): string {
  return lists
    .map((list) => `${pod}.spec.?${list}.orValue([]).map(container, container.image)`)
    .join(" + ");
}

/**
 * Refuses pods of our namespaces whose images are of another registry, or, where the stack names digests, not named by one. Of a
 * pod that is there only images that come in are asked about: one from before the policy can still end, and be labelled.
 */
export function imagePolicySpec(
  { registry, byDigest, others }: ImageSources,
  { label, except }: Namespaces,
): PolicySpec {
  const own = `image.startsWith('${registry}/')`;
  const repositories = `[${others.map((one) => `'${one}'`).join(", ")}]`;
  const other = `${repositories}.exists(one, image.startsWith(one + ':') || image.startsWith(one + '@'))`;
  const named = `!${own} || image.matches('@sha256:[0-9a-f]{64}$')`;
  return {
    failurePolicy: "Fail",
    matchConstraints: {
      namespaceSelector: {
        matchExpressions: [
          { key: label, operator: "Exists" },
          { key: label, operator: "NotIn", values: [except] },
        ],
      },
      resourceRules: [
        {
          apiGroups: [""],
          apiVersions: ["v1"],
          operations: ["CREATE", "UPDATE"],
          resources: ["pods", "pods/ephemeralcontainers"],
        },
      ],
    },
    variables: [
      { name: "before", expression: `oldObject == null ? [] : ${imagesOf("oldObject")}` },
      {
        name: "images",
        expression: `(${imagesOf("object")}).filter(image, !(image in variables.before))`,
      },
    ],
    validations: [
      {
        expression: `variables.images.all(image, ${own}${others.length === 0 ? "" : ` || ${other}`})`,
        messageExpression: `'images of this namespace come from ${registry}, not ' + variables.images.join(', ')`,
        message: `images of this namespace come from ${registry}`,
      },
      ...(byDigest
        ? [
            {
              expression: `variables.images.all(image, ${named})`,
              messageExpression: `'images of this namespace are named by digest: ' + variables.images.join(', ')`,
              message: "images of this namespace are named by digest",
            },
          ]
        : []),
    ],
  };
}

/** The policy and its binding. The API server decides by itself: there is no program that could be away. */
export function admitImages(
  name: string,
  sources: ImageSources,
  namespaces: Namespaces,
  parent: pulumi.Resource,
): void {
  const metadata = { name: "framewright-images", labels: partOf };
  const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${name}-images`,
    { metadata, spec: imagePolicySpec(sources, namespaces) },
    { parent },
  );
  new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${name}-images-binding`,
    { metadata, spec: { policyName: metadata.name, validationActions: ["Deny"] } },
    { parent, dependsOn: [policy] },
  );
}
