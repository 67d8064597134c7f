import { expect, test } from "vitest";
import { rules, warnings } from "../../config/rules.ts";
import * as access from "../../config/rules/access.ts";
import * as api from "../../config/rules/api.ts";
import * as autoscaling from "../../config/rules/autoscaling.ts";
import * as backups from "../../config/rules/backups.ts";
import * as capacity from "../../config/rules/capacity.ts";
import * as cloud from "../../config/rules/cloud.ts";
import * as inputBuckets from "../../config/rules/input-buckets.ts";
import * as local from "../../config/rules/local.ts";
import * as modelServices from "../../config/rules/model-services.ts";
import * as monitoring from "../../config/rules/monitoring.ts";
import * as networks from "../../config/rules/networks.ts";
import * as oidc from "../../config/rules/oidc.ts";
import * as pools from "../../config/rules/pools.ts";
import * as production from "../../config/rules/production.ts";
import * as profiles from "../../config/rules/profiles.ts";
import * as quotas from "../../config/rules/quotas.ts";
import * as replicas from "../../config/rules/replicas.ts";
import * as resources from "../../config/rules/resources.ts";
import * as rotations from "../../config/rules/rotations.ts";
import * as secrets from "../../config/rules/secrets.ts";
import * as uploads from "../../config/rules/uploads.ts";
import * as urlInput from "../../config/rules/url-input.ts";
import * as versions from "../../config/rules/versions.ts";
import * as workers from "../../config/rules/workers.ts";
import { configWith, eksWith, facts, gkeWith } from "./support.ts";

test.each([
  ["local", configWith()],
  ["gke in production", gkeWith()],
  ["gke in development", gkeWith((config) => (config.environment = "development"))],
  ["eks in production", eksWith()],
  ["eks in development", eksWith((config) => (config.environment = "development"))],
])("the defaults of %s break no rule, and deserve no warning", (_, config) => {
  expect([...rules, ...warnings].flatMap((rule) => rule(config, facts))).toEqual([]);
});

test("every rule is in a list that load runs", () => {
  const themes = [
    access,
    api,
    autoscaling,
    backups,
    capacity,
    cloud,
    inputBuckets,
    local,
    modelServices,
    monitoring,
    networks,
    oidc,
    pools,
    production,
    profiles,
    quotas,
    replicas,
    resources,
    rotations,
    secrets,
    uploads,
    urlInput,
    versions,
    workers,
  ];
  const written = themes
    .flatMap((theme) => Object.entries(theme))
    .filter(([name]) => name !== "allowances" && name !== "networkRanges");
  const run: unknown[] = [...rules, ...warnings];
  expect(written.filter(([, rule]) => !run.includes(rule)).map(([name]) => name)).toEqual([]);
  expect(run.length).toBe(written.length);
});
