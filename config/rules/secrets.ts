import type { ConfigValues } from "../schema.ts";
import { isStoredLeaf } from "../stored-leaf.ts";
import { makesCluster, when, type Rule } from "./rule.ts";

/** Secrets of a store of the owner's (`secrets.source: external-secrets`). */

function areOutside({ secrets }: ConfigValues): boolean {
  return secrets.source === "external-secrets";
}

export const outsideSecretsHaveAStore: Rule = (config) =>
  when(areOutside(config) && config.secrets.store === undefined, () => ({
    path: "secrets.store",
    problem: "is missing, and secrets.source is external-secrets",
    remedy: "name the ClusterSecretStore of your cluster (docs/secrets.md)",
  }));

export const storeIsForOutsideSecrets: Rule = (config) =>
  when(!areOutside(config) && config.secrets.store !== undefined, () => ({
    path: "secrets.store",
    problem: `is set (${config.secrets.store ?? ""}), and secrets.source is pulumi, which reads no store`,
    remedy: "remove it, or set secrets.source to external-secrets",
  }));

export const embeddedNodeHasNoStore: Rule = (config) =>
  when(
    areOutside(config) && !makesCluster(config) && config.local.kubeconfig === undefined,
    () => ({
      path: "secrets.source",
      problem:
        "must be pulumi on the embedded node (it is external-secrets), which has no External Secrets Operator",
      remedy: "remove it, or set local.kubeconfig to use your own cluster",
    }),
  );

/** What would be in the stack's state all the same, by the key that puts it there. */
const inTheState: readonly {
  readonly path: string;
  readonly isSet: (config: ConfigValues) => boolean;
  readonly what: string;
  readonly remedy: string;
}[] = [
  {
    path: "postgres.managed",
    isSet: ({ postgres }) => postgres.managed !== undefined,
    what: "the password of a managed database's owner is part of a resource of the cloud",
    remedy: "remove it, so that Postgres runs in the cluster, or set secrets.source to pulumi",
  },
  {
    path: "edge.certificate.secret",
    isSet: ({ edge }) => edge.enabled && edge.certificate.secret === undefined,
    what: "it is not set, so that the edge has a key of the stack's own authority",
    remedy: "name a Secret that you or cert-manager keep (docs/edge.md)",
  },
];

export const outsideSecretsAreOutside: Rule = (config) =>
  inTheState
    .filter(({ isSet }) => areOutside(config) && isSet(config))
    .map(({ path, what, remedy }) => ({
      path,
      problem: `does not go with secrets.source external-secrets, which keeps secrets out of the stack's state: ${what}`,
      remedy,
    }));

interface Leaf {
  readonly path: string;
  readonly value: string | undefined;
}

/** Secrets of others, which the stack file has or stands for. */
function secretLeaves({ api, monitoring, tracing }: ConfigValues): Leaf[] {
  const { slack, pagerduty, email, watchdogUrl } = monitoring.alerts;
  return [
    { path: "monitoring.alerts.slack.url", value: slack?.url },
    { path: "monitoring.alerts.pagerduty.routingKey", value: pagerduty?.routingKey },
    { path: "monitoring.alerts.email.password", value: email?.password },
    { path: "monitoring.alerts.watchdogUrl", value: watchdogUrl },
    ...(tracing.forward?.headers ?? []).map(({ value }, at) => ({
      path: `tracing.forward.headers[${at}].value`,
      value,
    })),
    ...api.inputBuckets.flatMap(({ accessKeyId, secretAccessKey }, at) => [
      { path: `api.inputBuckets[${at}].accessKeyId`, value: accessKeyId },
      { path: `api.inputBuckets[${at}].secretAccessKey`, value: secretAccessKey },
    ]),
  ];
}

/** Not with the value: it may be a secret. */
export const outsideLeavesAreNamed: Rule = (config) =>
  secretLeaves(config)
    .filter(({ value }) => areOutside(config) && value !== undefined && !isStoredLeaf(value))
    .map(({ path }) => ({
      path,
      problem:
        "must be stored:NAME where secrets.source is external-secrets, which keeps secrets out of the stack's state",
      remedy: `put the value into your store as ${config.secrets.prefix}NAME, a name of your choice in small letters, digits and dashes`,
    }));

export const namedLeavesHaveAStore: Rule = (config) =>
  secretLeaves(config)
    .filter(({ value }) => !areOutside(config) && value !== undefined && isStoredLeaf(value))
    .map(({ path, value }) => ({
      path,
      problem: `must be the secret itself where secrets.source is pulumi (it is ${value ?? ""})`,
      remedy:
        "set it with `pulumi config set --secret --path`, or secrets.source to external-secrets",
    }));
