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

const leafPaths = [
  "monitoring.alerts.slack.url",
  "monitoring.alerts.pagerduty.routingKey",
  "monitoring.alerts.email.password",
  "monitoring.alerts.watchdogUrl",
  "tracing.forward.headers[0].value",
  "api.inputBuckets[0].accessKeyId",
  "api.inputBuckets[0].secretAccessKey",
];

/** Every secret of others that a stack file may have. */
function setLeaves(config: ConfigValues, value: string): void {
  Object.assign(config.monitoring.alerts, {
    slack: { url: value },
    pagerduty: { routingKey: value },
    email: { password: value },
    watchdogUrl: value,
  });
  Object.assign(config.tracing, { forward: { headers: [{ name: "a", value }] } });
  Object.assign(config.api, { inputBuckets: [{ accessKeyId: value, secretAccessKey: value }] });
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
    "secrets of others in the stack file",
    secrets.outsideLeavesAreNamed,
    eksOutside((config) => {
      setLeaves(config, "Secret1");
    }),
    leafPaths.map(
      (path) =>
        `${path} must be stored:NAME where secrets.source is external-secrets, which keeps secrets out of the stack's state`,
    ),
  ],
  [
    "names of a store that is not there",
    secrets.namedLeavesHaveAStore,
    eksWith((config) => {
      setLeaves(config, "stored:mine");
    }),
    leafPaths.map(
      (path) =>
        `${path} must be the secret itself where secrets.source is pulumi (it is stored:mine)`,
    ),
  ],
];

test.each(broken)("%s: refused", (...row) => {
  expectProblems(row);
});

test("every rule is broken by a case", () => {
  expect(untested(secrets, broken)).toEqual([]);
});

test("what has no secret, and what is named, may be beside a store", () => {
  const config = eksOutside((values) => {
    Object.assign(values.edge, { enabled: true, certificate: { secret: "edge-tls" } });
    setLeaves(values, "stored:mine");
  });
  expect(Object.values(secrets).flatMap((rule) => rule(config, facts))).toEqual([]);
});
