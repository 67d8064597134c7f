import { expect, test } from "vitest";
import * as secrets from "../../../config/rules/secrets.ts";
import type { ConfigValues } from "../../../config/schema.ts";
import { configWith, eksWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const outside = { source: "external-secrets", store: "framewright" };
const reason =
  "does not go with secrets.source external-secrets, which keeps secrets out of the stack's state:";

function eksOutside(change: (config: ConfigValues) => unknown): ConfigValues {
  return eksWith((config) => {
    Object.assign(config.secrets, outside);
    change(config);
  });
}

const broken: Broken[] = [
  [
    "no store",
    secrets.outsideSecretsHaveAStore,
    eksWith((config) => Object.assign(config.secrets, { source: "external-secrets" })),
    ["secrets.store is missing, and secrets.source is external-secrets"],
  ],
  [
    "a store that nobody reads",
    secrets.storeIsForOutsideSecrets,
    eksWith((config) => Object.assign(config.secrets, { store: "framewright" })),
    ["secrets.store is set (framewright), and secrets.source is pulumi, which reads no store"],
  ],
  [
    "the embedded node",
    secrets.embeddedNodeHasNoStore,
    configWith((config) => Object.assign(config.secrets, outside)),
    [
      "secrets.source must be pulumi on the embedded node (it is external-secrets), which has no External Secrets Operator",
    ],
  ],
  [
    "a managed database",
    secrets.outsideSecretsAreOutside,
    eksOutside((config) => Object.assign(config.postgres, { managed: {} })),
    [
      `postgres.managed ${reason} the password of a managed database's owner is part of a resource of the cloud`,
    ],
  ],
  [
    "an edge with an authority of the stack",
    secrets.outsideSecretsAreOutside,
    eksOutside((config) => Object.assign(config.edge, { enabled: true })),
    [
      `edge.certificate.secret ${reason} it is not set, so that the edge has a key of the stack's own authority`,
    ],
  ],
  [
    "keys of buckets",
    secrets.outsideSecretsAreOutside,
    eksOutside((config) => Object.assign(config.api, { inputBuckets: [{ name: "films" }] })),
    [`api.inputBuckets ${reason} the keys of these buckets are in the stack file`],
  ],
  [
    "a channel of Slack",
    secrets.outsideSecretsAreOutside,
    eksOutside((config) => {
      Object.assign(config.monitoring, { enabled: true });
      Object.assign(config.monitoring.alerts, { slack: { url: "https://hooks.example.com" } });
    }),
    [
      `monitoring.alerts ${reason} what lets Alertmanager write to Slack, PagerDuty, a mail server with a password or a watchdog is in the stack file`,
    ],
  ],
  [
    "headers of an endpoint of traces",
    secrets.outsideSecretsAreOutside,
    eksOutside((config) => {
      const headers = [{ name: "authorization", value: "Bearer x" }];
      Object.assign(config.tracing, { enabled: true, forward: { url: "https://a", headers } });
    }),
    [`tracing.forward.headers ${reason} their values are in the stack file`],
  ],
];

test.each(broken)("%s: refused", (...row) => {
  expectProblems(row);
});

test("every rule is broken by a case", () => {
  expect(untested(secrets, broken)).toEqual([]);
});

test("what has no secret may be beside a store", () => {
  const email = { to: "a@example.com", from: "b@example.com", smarthost: "mail:25" };
  const config = eksOutside((values) => {
    Object.assign(values.edge, { enabled: true, certificate: { secret: "edge-tls" } });
    Object.assign(values.monitoring, { enabled: true });
    Object.assign(values.monitoring.alerts, { email });
    Object.assign(values.tracing, { enabled: true, forward: { url: "https://a", headers: [] } });
  });
  expect(secrets.outsideSecretsAreOutside(config, facts)).toEqual([]);
});
