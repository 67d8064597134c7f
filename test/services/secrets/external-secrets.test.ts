import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { clientKeyKind, completeKey } from "@framewright/contracts/api-key.ts";
import { rules } from "../../../policy/rules.ts";
import { withDependencies } from "../../policy/kit/dependencies.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile, resourcesOf } from "../../policy/kit/goldens.ts";
import { formsOfValues, renderSecretsPage, storedValues } from "../../golden/stored-values.ts";
import { schemaProblems } from "../../support/crds/check.ts";
import { goldenOf } from "../../support/golden.ts";
import type { Registration } from "../../support/mocks.ts";
import {
  externalSecrets,
  renderSecret,
  type ExternalSecret,
} from "../../support/stored-secrets.ts";
import type { ProgramRun } from "../../support/stack.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import {
  othersValues,
  runOutside,
  runsOfAllValues,
  type OutsideStack,
} from "../../support/outside-stacks.ts";

const names = ["eks", "gke", "own"] as const satisfies readonly OutsideStack[];

let outside: Readonly<Record<OutsideStack, ProgramRun>>;
let inside: Readonly<Record<OutsideStack, ProgramRun>>;
beforeAll(async () => {
  outside = {
    eks: await runOutside("eks"),
    gke: await runOutside("gke"),
    own: await runOutside("own"),
  };
  inside = {
    eks: await runOutside("eks", { source: "pulumi" }),
    gke: await runOutside("gke", { source: "pulumi" }),
    own: await runOutside("own", { source: "pulumi" }),
  };
}, 5 * 60_000);

const signature = "4dabf18193072939515e22adb298388d";

/** What Pulumi may have marked as secret. */
function plain(value: unknown): unknown {
  const marked = typeof value === "object" && value !== null && signature in value;
  return marked ? (value as unknown as { value: unknown }).value : value;
}

type Data = Readonly<Record<string, string>>;
type Named = readonly [secret: string, data: Data];

/** Secrets that Pulumi makes, as `<namespace>/<name>`, with their keys decoded. */
function pulumisSecrets({ resources }: ProgramRun): Named[] {
  return resources
    .filter(({ type }) => type === "kubernetes:core/v1:Secret")
    .map(({ inputs }) => {
      const { metadata, data = {} } = inputs as unknown as {
        metadata: { namespace: string; name: string };
        data?: object;
      };
      const entries = Object.entries(plain(data) ?? {}).map(([key, value]) => [
        key,
        Buffer.from(String(plain(value)), "base64").toString(),
      ]);
      return [`${metadata.namespace}/${metadata.name}`, Object.fromEntries(entries) as Data];
    });
}

function targetOf({ metadata, spec }: ExternalSecret): string {
  return `${metadata.namespace}/${spec.target.name}`;
}

/** What a store has: what Pulumi would have made under the same names. */
function storeOf({ resources }: ProgramRun): (key: string) => string {
  return (key) => {
    const name = key.replace(/^framewright-/, "");
    const others = othersValues[name];
    if (others !== undefined) return others;
    if (name === "media-bucket-access-key") return "GOOG1E".padEnd(61, "7");
    if (name === "media-bucket-secret-key") return "a+/=".repeat(10);
    const { length } = inputsOf(resources, name) as { length?: number };
    const letters = name.replace(/[^A-Za-z0-9]/g, "");
    const text = letters.repeat(Math.ceil((length ?? 32) / letters.length)).slice(0, length ?? 32);
    if (name === "api-bootstrap-key") return completeKey(clientKeyKind, text);
    return name.endsWith("access-key") ? text.toUpperCase() : text;
  };
}

interface Variable {
  readonly name: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}
interface PodSpec {
  readonly containers: readonly { readonly env?: readonly Variable[] }[];
  readonly initContainers?: readonly { readonly env?: readonly Variable[] }[];
  readonly volumes?: readonly {
    readonly secret?: {
      readonly secretName: string;
      readonly items?: readonly { readonly key: string }[];
    };
  }[];
}

function podsOf(value: unknown): PodSpec[] {
  if (typeof value !== "object" || value === null) return [];
  if ("containers" in value && Array.isArray(value.containers)) return [value as PodSpec];
  return Object.values(value).flatMap(podsOf);
}

/** Keys of Secrets that pods read, as `<namespace>/<secret> <key>`. */
function readByPods({ resources }: ProgramRun): string[] {
  return resources.flatMap(({ inputs }) => {
    const { namespace = "" } = (inputs["metadata"] ?? {}) as { namespace?: string };
    return podsOf(inputs).flatMap(({ containers, initContainers = [], volumes = [] }) => [
      ...[...containers, ...initContainers]
        .flatMap(({ env = [] }) => env)
        .flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
        .map(({ name, key }) => `${namespace}/${name} ${key}`),
      ...volumes
        .flatMap(({ secret }) => secret ?? [])
        .flatMap(({ secretName, items = [] }) =>
          items.map(({ key }) => `${namespace}/${secretName} ${key}`),
        ),
    ]);
  });
}

/** Keys of Pulumi's own Secrets in such a stack, and why each may be there. */
const staysWithPulumi: Readonly<Record<string, string>> = {
  S3_BUCKET: "a name",
  PGBACKREST_REPO1_S3_BUCKET: "a name",
  "memory.conf": "settings",
  "cluster.conf": "settings",
  "patroni.json": "settings",
  "alertmanager.yml": "settings, where no receiver has a secret",
  "store-ca.pem": "a certificate",
  "media-store-ca.pem": "a certificate",
  "store.pem": "a certificate",
  "store.key": "key of a certificate of the stack's own",
  "backup-ca.pem": "a certificate",
  "backup.pem": "a certificate",
  "backup.key": "key of a certificate of the stack's own",
  "tls.crt": "a certificate",
  "tls.key": "key of a certificate of the stack's own",
  "ca.crt": "certificates",
  ca: "certificates",
  "database-ca.pem": "certificates",
  "broker-ca.pem": "certificates",
  "cache-ca.pem": "certificates",
  tls: "a setting of KEDA",
};

function madeBy({ resources }: ProgramRun, type: string): string[] {
  return resources.filter((one) => one.type === type).map(({ name }) => name);
}

test("nothing is said to stay with Pulumi that does not", () => {
  const keys = names
    .flatMap((name) => pulumisSecrets(outside[name]))
    .flatMap(([, data]) => Object.keys(data));
  expect(Object.keys(staysWithPulumi).filter((key) => !keys.includes(key))).toEqual([]);
});

describe.each(names)("the stack %s", (name) => {
  test("has no secret of Pulumi's but what certificates of its own are made from", () => {
    const run = outside[name];
    const seeds = [
      "backup-store-certificate",
      "postgres-backups-certificates",
      "inside-authority",
      "inside-authority-1",
    ];
    const made = madeBy(run, "random:index/randomPassword:RandomPassword");
    expect(made.filter((one) => !seeds.includes(one))).toEqual([]);
    expect(madeBy(run, "random:index/randomBytes:RandomBytes")).toEqual([]);
    expect(madeBy(run, "gcp:storage/hmacKey:HmacKey")).toEqual([]);
    const keys = pulumisSecrets(run).flatMap(([, data]) => Object.keys(data));
    expect(keys.filter((key) => staysWithPulumi[key] === undefined)).toEqual([]);
    expect(run.outputs["bootstrapApiKey"]?.value).toBeUndefined();
    expect(run.outputs["workerAdminSecret"]?.value).toBeUndefined();
  });

  test("has every key that a pod reads in one Secret, and most of them by the operator", () => {
    const made = [
      ...pulumisSecrets(outside[name]).map(
        ([secret, data]) => [secret, Object.keys(data)] as const,
      ),
      ...externalSecrets(outside[name].resources).map(
        (one) => [targetOf(one), Object.keys(one.spec.target.template.data)] as const,
      ),
    ].flatMap(([secret, keys]) => keys.map((key) => `${secret} ${key}`));
    const read = readByPods(outside[name]);
    expect(read.length).toBeGreaterThan(20);
    expect(read.filter((one) => !made.includes(one))).toEqual([]);
    expect(made).toHaveLength(new Set(made).size);
  });

  test("has objects that the operator's own schema takes", () => {
    const found = externalSecrets(outside[name].resources);
    expect(found.length).toBeGreaterThan(7);
    expect(found.flatMap((one) => schemaProblems("external-secrets", one))).toEqual([]);
  });

  test("gives programs what they have where Pulumi makes it", () => {
    const store = storeOf(inside[name]);
    const known = new Map(pulumisSecrets(inside[name]));
    for (const one of externalSecrets(outside[name].resources)) {
      const secret = targetOf(one).replace(/-(?:stored|[0-9a-f]{16})$/, "");
      const expected = known.get(secret) ?? {};
      const rendered = renderSecret(one, store);
      // The broker hashes passwords with a salt of its own.
      const { "definitions.json": definitions, ...same } = rendered;
      if (definitions !== undefined) {
        expect(JSON.parse(definitions)).toEqual(withPasswords(expected, inside[name].resources));
      }
      const wanted = name === "gke" ? withoutBucketKey(same) : same;
      expect(lowered(expected), secret).toMatchObject(lowered(wanted));
    }
  });
});

test.each([
  ["eks", "strict"],
  ["gke", "baseline"],
] as const)("the stack %s breaks no rule of the policy pack in profile %s", (name, profileName) => {
  const settings = profile(profileName);
  const resources = [...withDependencies(resourcesOf(goldenOf(outside[name]).resources))];
  const found = rules
    // Golden files don't say what a Secret is made from.
    .filter((rule) => rule.name !== "literal-secrets")
    .filter((rule) => settings[rule.name]?.["enforcementLevel"] !== "disabled")
    .flatMap((rule) => evaluateStack(rule, resources, { config: settings[rule.name] ?? {} }));
  expect(found).toEqual([]);
});

/** Mocks make small letters of passwords that have capitals alone. */
function lowered(data: Data): Data {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, text.toLowerCase()]));
}

/** Google makes the key where Pulumi does, and the owner where it does not. */
function withoutBucketKey({ S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, ...same }: Data): Data {
  expect([S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY]).not.toContain("");
  return same;
}

/** Pulumi's definitions of the broker with the passwords of which it has the hashes. */
function withPasswords(expected: Data, resources: readonly Registration[]): unknown {
  const content = JSON.parse(expected["definitions.json"] ?? "{}") as {
    users: { name: string; tags: string[] }[];
  };
  const users = content.users.map(({ name, tags }) => ({
    name,
    tags,
    password: storeOf({ resources: [...resources], outputs: {} })(`rabbitmq-${name}-password`),
  }));
  return { ...content, users };
}

describe("a change", () => {
  const api = (run: ProgramRun) =>
    externalSecrets(run.resources).find(
      ({ metadata }) =>
        metadata.namespace === "framewright-api" && metadata.name.startsWith("api-secrets-"),
    );

  test("of the revision has every pod read the store anew, under another name", async () => {
    const after = await runOutside("eks", { revision: 1 });
    const before = externalSecrets(outside.eks.resources).map(({ metadata }) => metadata);
    const now = externalSecrets(after.resources).map(({ metadata }) => metadata);
    expect(now).toHaveLength(before.length);
    for (const [at, { name, annotations }] of now.entries()) {
      const was = before[at];
      expect(annotations).not.toEqual(was?.annotations);
      // The owner's password is where no pod is rolled for it, and KEDA reads its own anew.
      const keeps = ["postgres-owner-stored", "keda-broker-stored"].includes(name);
      expect(name === was?.name).toBe(keeps);
    }
  });

  test("of a rotation takes the next slot, which the owner has filled, and keeps the one before", async () => {
    const after = await runOutside("eks", {}, { playback: 1, broker: 1 });
    const keys = (run: ProgramRun) =>
      Object.fromEntries(
        Object.entries(api(run)?.spec.target.template.data ?? {})
          .filter(([key]) => key.startsWith("PLAYBACK_"))
          .map(([key, text]) => [key, text.split("{{ .").at(-1)?.split(" ")[0]]),
      );
    expect(keys(outside.eks)).toEqual({
      PLAYBACK_SECRET: "api_playback_secret",
      PLAYBACK_SECRET_NEXT: "api_playback_secret_1",
    });
    expect(keys(after)).toEqual({
      PLAYBACK_SECRET_PREVIOUS: "api_playback_secret",
      PLAYBACK_SECRET: "api_playback_secret_1",
      PLAYBACK_SECRET_NEXT: "api_playback_secret_2",
    });
    expect(api(after)?.metadata.name).not.toBe(api(outside.eks)?.metadata.name);
  });

  test("of a password that is replaced in its place is told by its number", async () => {
    const after = await runOutside("eks", {}, { playback: 1, broker: 1 });
    const broker = (run: ProgramRun) =>
      externalSecrets(run.resources)
        .map(({ metadata }) => metadata.name)
        .filter((one) => one.startsWith("rabbitmq-secrets-"));
    expect(broker(after)).toHaveLength(1);
    expect(broker(after)).not.toEqual(broker(outside.eks));
  });
});

test("docs/secrets.md has every value, with what it must be (npm run golden:update)", async () => {
  const runs = await runsOfAllValues();
  const page = readFileSync(join(import.meta.dirname, "../../../docs/secrets.md"), "utf8");
  expect(page).toBe(await renderSecretsPage(page, runs));
  expect([...formsOfValues(runs).keys()]).toEqual(Object.keys(storedValues).toSorted());
});

test("a value that URLs would have to escape, or that ends with a line, is refused by its name", () => {
  const redis = externalSecrets(outside.eks.resources).find(({ metadata }) =>
    metadata.name.startsWith("redis-secrets-"),
  );
  const told = "the value framewright-redis-password must be 32 to 128 letters and digits";
  for (const value of ["short", `${"a".repeat(32)}\n`, `${"a".repeat(32)}@`, "a".repeat(129)]) {
    expect(() => redis && renderSecret(redis, () => value)).toThrow(told);
  }
});
