import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels, type App } from "../app.ts";

/** Kubernetes grants the change of all pods of a namespace or of none, and of all of a pod: what narrows that. */

type PolicySpec = k8s.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;
type Validation = k8s.types.input.admissionregistration.v1.Validation;

const emptyMap = "dyn({})";

/** A field of the metadata that may be unset, of the object and of what was there before. */
function same(field: string, unset: string): string {
  const of = (object: string) =>
    `(has(${object}.metadata.${field}) ? dyn(${object}.metadata.${field}) : ${unset})`;
  return `${of("object")} == ${of("oldObject")}`;
}

/** In the language of admission policies: that an update leaves the labels as they are. */
export const sameLabels = same("labels", emptyMap);

interface Narrowed {
  readonly variables?: PolicySpec["variables"];
  /** What an update must be beside: other than what it leaves alone in any case. */
  readonly validations: readonly Validation[];
}

/** Of this app's account, every change of a pod but an update of what the validations let through is refused; others are not asked about. */
export function podUpdatesSpec(app: App, { variables, validations }: Narrowed): PolicySpec {
  return {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: [""],
          apiVersions: ["*"],
          operations: ["*"],
          resources: ["pods", "pods/*"],
        },
      ],
    },
    matchConditions: [
      {
        name: "by-this-account",
        expression: `request.userInfo.username == 'system:serviceaccount:${app.namespace}:${app.name}'`,
      },
    ],
    ...(variables && { variables }),
    validations: [
      {
        expression:
          "request.operation == 'UPDATE' && (!has(request.subResource) || request.subResource == '')",
        message: "this account may only update pods",
      },
      {
        expression: "object.spec == oldObject.spec",
        message: "this account may not change the spec",
      },
      {
        expression: [same("ownerReferences", "dyn([])"), same("finalizers", "dyn([])")].join(
          " && ",
        ),
        message: "this account may not change owners and finalizers",
      },
      ...validations,
    ],
  };
}

/** Has to be there before the right that it narrows. */
export function narrowPodUpdates(
  name: string,
  app: App,
  spec: PolicySpec,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const metadata = { name: `framewright-${app.name}`, labels: labels(app) };
  const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
    `${name}-policy`,
    { metadata, spec },
    { parent },
  );
  const binding = new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
    `${name}-policy-binding`,
    { metadata, spec: { policyName: metadata.name, validationActions: ["Deny"] } },
    { parent, dependsOn: [policy] },
  );
  return [policy, binding];
}
