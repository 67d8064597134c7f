import { runFullProgramWith } from "./full-stack.ts";
import { runProgram, type ProgramRun } from "./stack.ts";

/** Stacks whose secrets are in a store of the owner's, one of each kind. */
export type OutsideStack = "eks" | "gke" | "own";

type Section = Readonly<Record<string, unknown>>;

/** What a store has for secrets of others, which the stack file names. */
export const othersValues: Readonly<Record<string, string>> = {
  "slack-url": "https://hooks.slack.example.com/services/T0/B0/x?y=1&z=2",
  pagerduty: "0123456789abcdef0123456789abcdef",
  "mail-password": "it's a pass phrase: 100%",
  watchdog: "https://hc.example.com/ping/0",
  "traces-authorization": "Bearer abc.def==",
  "films-key": "AKIDFORTESTS",
  "films-secret": "a/b+c==",
};

function othersSections(of: (name: string) => string): Section {
  return {
    monitoring: {
      enabled: true,
      alerts: {
        slack: { url: of("slack-url") },
        pagerduty: { routingKey: of("pagerduty") },
        email: {
          to: "a@example.com",
          from: "b@example.com",
          smarthost: "mail.example.com:587",
          username: "b",
          password: of("mail-password"),
        },
        watchdogUrl: of("watchdog"),
      },
    },
    tracing: {
      enabled: true,
      forward: {
        url: "https://otlp.example.com",
        headers: [{ name: "authorization", value: of("traces-authorization") }],
      },
    },
  };
}

function bucketsOf(of: (name: string) => string): Section[] {
  return [
    {
      name: "films",
      endpoint: "https://s3.example.com",
      region: "us-east-1",
      bucket: "films",
      prefixes: ["raw/"],
      accessKeyId: of("films-key"),
      secretAccessKey: of("films-secret"),
    },
  ];
}

/** A cluster of the owner's with every part of the platform but models, which have no secrets. */
const own = {
  modelServices: {},
  backups: { enabled: true },
  local: {
    kubeconfig: "test/support/kubeconfig.yaml",
    context: "framewright",
    registry: "registry.test.example/framewright",
    imageTag: "1",
    storageClass: "standard",
  },
};

/** @param secrets beside the store */
export function runOutside(
  stack: OutsideStack,
  secrets: Section = {},
  rotations: Section = {},
): Promise<ProgramRun> {
  const outside = { source: "external-secrets", store: "framewright" };
  const chosen = secrets["source"] === "pulumi" ? {} : { ...outside, ...secrets };
  const sections = { secrets: chosen, rotations };
  const certificate = { secret: "edge-tls" };
  const others = (name: string) =>
    "source" in chosen ? `stored:${name}` : (othersValues[name] ?? "");
  switch (stack) {
    case "eks":
      return runProgram({
        stack: "prod",
        file: "docs/samples/Pulumi.prod-eks-secrets.yaml",
        instead: sections,
      });
    case "gke":
      return runProgram({ stack: "dev", file: "Pulumi.dev.yaml", instead: sections });
    case "own":
      return runFullProgramWith(
        { ...own, ...othersSections(others), ...sections },
        { edge: { certificate }, api: { inputBuckets: bucketsOf(others) } },
      );
  }
}

/** Stacks that have every value of a store between them; those of later slots are the same values. */
export async function runsOfAllValues(): Promise<ProgramRun[]> {
  const runs: ProgramRun[] = [];
  for (const stack of ["eks", "gke", "own"] as const) runs.push(await runOutside(stack));
  return runs;
}
