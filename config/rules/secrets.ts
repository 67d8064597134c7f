import type { ConfigValues } from "../schema.ts";
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
  {
    path: "api.inputBuckets",
    isSet: ({ api }) => api.inputBuckets.length > 0,
    what: "the keys of these buckets are in the stack file",
    remedy: "remove them, or set secrets.source to pulumi",
  },
  {
    path: "monitoring.alerts",
    isSet: ({ monitoring }) => {
      const { slack, pagerduty, email, watchdogUrl } = monitoring.alerts;
      const secret = [slack, pagerduty, email?.password, watchdogUrl];
      return monitoring.enabled && secret.some((one) => one !== undefined);
    },
    what: "what lets Alertmanager write to Slack, PagerDuty, a mail server with a password or a watchdog is in the stack file",
    remedy:
      "use e-mail without a password, or monitoring.kind operator with an Alertmanager of yours, or set secrets.source to pulumi",
  },
  {
    path: "tracing.forward.headers",
    isSet: ({ tracing }) => tracing.enabled && (tracing.forward?.headers.length ?? 0) > 0,
    what: "their values are in the stack file",
    remedy: "forward to a collector in your network without them, or set secrets.source to pulumi",
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
