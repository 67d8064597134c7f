import { afterEach, describe, expect, it, vi } from "vitest";
import { preflight } from "../../../tools/account/preflight.ts";
import { stackOf } from "../../../tools/policy/stacks.ts";
import { AwsAccount, type AwsAccountOptions } from "../../standins/accounts/aws-account.ts";
import {
  GoogleProject,
  type GoogleProjectOptions,
} from "../../standins/accounts/google-project.ts";

const started: { readonly stop: () => void }[] = [];

afterEach(() => {
  for (const server of started.splice(0)) server.stop();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

interface PreflightRun {
  readonly code: number;
  readonly said: string;
}

/** What the command does, in this process: loading the config anew takes seconds. */
async function runPreflight(
  stack: string,
  env: Readonly<Record<string, string>>,
  now?: Date,
): Promise<PreflightRun> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text) => {
    said.push(String(text));
  });
  try {
    await preflight(stackOf(stack), now);
    return { code: 0, said: said.join("\n") };
  } catch (error) {
    return { code: 1, said: [...said, String(error)].join("\n") };
  }
}

/** Pulumi.prod.yaml, on EKS in us-east-1. */
async function onAws(options: Partial<AwsAccountOptions> = {}, now?: Date): Promise<PreflightRun> {
  const account = await AwsAccount.start({ region: "us-east-1", ...options });
  started.push(account);
  return runPreflight("prod", account.env, now);
}

/** Pulumi.dev.yaml, on GKE in us-central1. */
async function onGoogle(
  options: Partial<GoogleProjectOptions> = {},
  stack = "dev",
): Promise<PreflightRun> {
  const place = { project: "my-framewright-dev", region: "us-central1" };
  const project = await GoogleProject.start({ ...place, ...options });
  started.push(project);
  return runPreflight(stack, project.env);
}

/** Lines without the padding of columns. */
function linesOf({ said }: PreflightRun): string[] {
  return said.split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, "  "));
}

const request = "aws service-quotas request-service-quota-increase --region us-east-1";

describe("an account of AWS", () => {
  it("with everything lets the stack start, and shows what it needs and has", async () => {
    const run = await onAws();
    expect(run.code, run.said).toBe(0);
    expect(linesOf(run)).toEqual(
      expect.arrayContaining([
        "What prod needs of account 123456789012 in us-east-1",
        "pool  machine  zones needed  not sold in",
        "system  m6i.xlarge  use1-az1, use1-az4, use1-az6  ok",
        "system, or m5.xlarge  m5.xlarge  use1-az1, use1-az4, use1-az6  ok",
        "a100  p4d.24xlarge  use1-az4, use1-az6  ok",
        "l4-spot  g6.2xlarge  use1-az1, use1-az4, use1-az6  ok",
        "quota  its name  to start  in full  limit  in use  missing",
        "vCPUs of standard instances, on demand  ec2 L-1216C47A  12  104  10000  0  ok",
        "vCPUs of standard instances, spot  ec2 L-34B43A08  8  64  10000  0  ok",
        "vCPUs of G and VT instances, spot  ec2 L-3819A6DF  8  64  10000  0  ok",
        "vCPUs of P instances, on demand  ec2 L-417A185B  96  96  10000  0  ok",
      ]),
    );
    expect(run.said).not.toMatch(/Missing:|Limits growth:/);
  });

  it.each<[string, Partial<AwsAccountOptions>, string, string]>([
    [
      "a machine type that the region does not sell",
      { without: ["g6.2xlarge"] },
      "l4-spot  g6.2xlarge  use1-az1, use1-az4, use1-az6  use1-az1, use1-az4, use1-az6  MISSING",
      "- l4-spot: g6.2xlarge is not sold in use1-az1, use1-az4, use1-az6: use another GPU, or other eks.zones; the region has it nowhere",
    ],
    [
      "a machine type that would take over for the system pool",
      { without: ["m6a.xlarge"] },
      "system, or m6a.xlarge  m6a.xlarge  use1-az1, use1-az4, use1-az6  use1-az1, use1-az4, use1-az6  MISSING",
      "- system, or m6a.xlarge: m6a.xlarge is not sold in use1-az1, use1-az4, use1-az6: choose another alternative in eks.system, or other zones; the region has it nowhere",
    ],
    [
      "vCPUs for the system nodes",
      { limits: { "L-1216C47A": 8 } },
      "vCPUs of standard instances, on demand  ec2 L-1216C47A  12  104  8  0  96  MISSING",
      `- vCPUs of standard instances, on demand: 8 of 104 are free: ${request} --service-code ec2 --quota-code L-1216C47A --desired-value 104`,
    ],
    [
      "vCPUs of spot instances with GPUs",
      { limits: { "L-3819A6DF": 0 } },
      "vCPUs of G and VT instances, spot  ec2 L-3819A6DF  8  64  0  0  64  MISSING",
      `- vCPUs of G and VT instances, spot: 0 of 64 are free: ${request} --service-code ec2 --quota-code L-3819A6DF --desired-value 64`,
    ],
    [
      "vCPUs of the A100s, a quota that nobody has changed yet",
      { limits: { "L-417A185B": 0 }, untouched: ["L-417A185B"] },
      "vCPUs of P instances, on demand  ec2 L-417A185B  96  96  0  0  96  MISSING",
      `- vCPUs of P instances, on demand: 0 of 96 are free: ${request} --service-code ec2 --quota-code L-417A185B --desired-value 96`,
    ],
    [
      "addresses, because others have them",
      { limits: { "L-0263D0A3": 5 }, addresses: 3 },
      "Elastic IP addresses, one for the NAT of each zone  ec2 L-0263D0A3  3  3  5  3  1  MISSING",
      `- Elastic IP addresses, one for the NAT of each zone: 2 of 3 are free: ${request} --service-code ec2 --quota-code L-0263D0A3 --desired-value 6`,
    ],
    [
      "room for a VPC",
      { limits: { "L-F678F1CE": 1 } },
      "VPCs  vpc L-F678F1CE  1  1  1  1  1  MISSING",
      `- VPCs: 0 of 1 are free: ${request} --service-code vpc --quota-code L-F678F1CE --desired-value 2`,
    ],
  ])("that lacks %s is refused, with the way to ask for more", async (_what, options, row, ask) => {
    const run = await onAws(options);
    expect(run.code, run.said).toBe(1);
    expect(linesOf(run)).toContain(row);
    expect(linesOf(run)).toContain(ask);
    expect(run.said).toContain("Nothing was changed.");
  });

  it("that suffices to start and not to grow is said, and enough", async () => {
    const run = await onAws({ limits: { "L-DB2E81BA": 16 } });
    expect(run.code, run.said).toBe(0);
    expect(linesOf(run)).toContain(
      "vCPUs of G and VT instances, on demand  ec2 L-DB2E81BA  0  64  16  0  48  limits growth",
    );
    expect(run.said).toContain("Limits growth:");
  });

  it("counts machines of others, and not those that the stack has already", async () => {
    const run = await onAws({
      limits: { "L-1216C47A": 112 },
      instances: [
        { type: "m6i.2xlarge", cores: 4 },
        { type: "m6i.xlarge", cores: 2, stack: "prod" },
        { type: "g6.2xlarge", cores: 4, spot: true },
      ],
    });
    expect(run.code, run.said).toBe(0);
    expect(linesOf(run)).toEqual(
      expect.arrayContaining([
        "vCPUs of standard instances, on demand  ec2 L-1216C47A  12  104  112  8  ok",
        "vCPUs of G and VT instances, spot  ec2 L-3819A6DF  8  64  10000  8  ok",
      ]),
    );
  });

  it.each<[string, Partial<AwsAccountOptions>, string]>([
    [
      "of another number",
      { id: "999999999999" },
      "the credentials are of account 999999999999, and eks.accountId is 123456789012",
    ],
    [
      "whose credentials may not look",
      { denied: ["DescribeInstances"] },
      "AWS refuses ec2:DescribeInstances (403): UnauthorizedOperation",
    ],
  ])("%s is an error that says so", async (_what, options, reason) => {
    const run = await onAws(options);
    expect(run.code).toBe(1);
    expect(run.said).toContain(reason);
  });
});

const quotas = "at https://console.cloud.google.com/iam-admin/quotas?project=my-framewright-dev";

describe("a project of Google Cloud", () => {
  it("with everything lets the stack start, and shows what it needs and has", async () => {
    const run = await onGoogle();
    expect(run.code, run.said).toBe(0);
    expect(linesOf(run)).toEqual(
      expect.arrayContaining([
        "What dev needs of project my-framewright-dev in us-central1",
        "l4-spot  g2-standard-8 + nvidia-l4  us-central1-a, us-central1-c  ok",
        "vCPUs of one family  N2_CPUS  12  24  10000  0  ok",
        "GB of disks, of nodes and services  SSD_TOTAL_GB  821  1621  10000  0  ok",
        "GPUs of one model  PREEMPTIBLE_NVIDIA_L4_GPUS  1  2  10000  0  ok",
        "GPUs of all regions together  GPUS_ALL_REGIONS  2  4  10000  0  ok",
        "addresses on the internet  IN_USE_ADDRESSES  1  1  10000  0  ok",
      ]),
    );
  });

  it.each<[string, Partial<GoogleProjectOptions>, string, string]>([
    [
      "a machine type",
      { without: ["a2-highgpu-1g"] },
      "a100-spot  a2-highgpu-1g + nvidia-tesla-a100  us-central1-a, us-central1-c  us-central1-a, us-central1-c  MISSING",
      "- a100-spot: a2-highgpu-1g + nvidia-tesla-a100 is not sold in us-central1-a, us-central1-c: use another GPU, or other gke.zones; the region has it nowhere",
    ],
    [
      "GPUs in all regions together",
      { limits: { GPUS_ALL_REGIONS: 0 } },
      "GPUs of all regions together  GPUS_ALL_REGIONS  2  4  0  0  4  MISSING",
      `- GPUs of all regions together: 0 of 4 are free: ask for 4 of GPUS_ALL_REGIONS (global) ${quotas}`,
    ],
    [
      "spot GPUs of a model",
      { limits: { PREEMPTIBLE_NVIDIA_L4_GPUS: 0 } },
      "GPUs of one model  PREEMPTIBLE_NVIDIA_L4_GPUS  1  2  0  0  2  MISSING",
      `- GPUs of one model: 0 of 2 are free: ask for 2 of PREEMPTIBLE_NVIDIA_L4_GPUS (us-central1) ${quotas}`,
    ],
    [
      "vCPUs",
      { limits: { N2_CPUS: 4 } },
      "vCPUs of one family  N2_CPUS  12  24  4  0  20  MISSING",
      `- vCPUs of one family: 4 of 24 are free: ask for 24 of N2_CPUS (us-central1) ${quotas}`,
    ],
    [
      "disks",
      { limits: { SSD_TOTAL_GB: 500 } },
      "GB of disks, of nodes and services  SSD_TOTAL_GB  821  1621  500  0  1121  MISSING",
      `- GB of disks, of nodes and services: 500 of 1621 are free: ask for 1621 of SSD_TOTAL_GB (us-central1) ${quotas}`,
    ],
    [
      "addresses",
      { limits: { IN_USE_ADDRESSES: 8 }, usage: { IN_USE_ADDRESSES: 8 } },
      "addresses on the internet  IN_USE_ADDRESSES  1  1  8  8  1  MISSING",
      `- addresses on the internet: 0 of 1 are free: ask for 9 of IN_USE_ADDRESSES (us-central1) ${quotas}`,
    ],
  ])("that lacks %s is refused, with the way to ask for more", async (_what, options, row, ask) => {
    const run = await onGoogle(options);
    expect(run.code, run.said).toBe(1);
    expect(linesOf(run)).toContain(row);
    expect(linesOf(run)).toContain(ask);
  });

  it("does not count what the stack has already", async () => {
    const own = { stack: "dev", machine: "n2-standard-4", zone: "us-central1-a" };
    const run = await onGoogle({
      limits: { N2_CPUS: 24 },
      usage: { N2_CPUS: 4, SSD_TOTAL_GB: 100 },
      instances: [own, { ...own, stack: "other" }],
    });
    expect(run.code, run.said).toBe(0);
    expect(linesOf(run)).toContain("vCPUs of one family  N2_CPUS  12  24  24  0  ok");
  });

  it("that is not there is an error that says what to check", async () => {
    const run = await onGoogle({ project: "another-project" });
    expect(run.code).toBe(1);
    expect(run.said).toContain("check gke.project and gke.region");
  });
});

it("a stack that makes no cluster has no account to ask", async () => {
  const run = await runPreflight("local", {});
  expect(run.said).toContain("local makes no cluster");
  expect(run.code).toBe(0);
});

it("warns of a version of Kubernetes whose support ends within 90 days, and stops nothing for it", async () => {
  const before = await onAws({}, new Date("2027-05-03T12:00:00Z"));
  expect(before.said).not.toContain("Warnings:");
  const { code, said } = await onAws({}, new Date("2027-07-23T12:00:00Z"));
  expect(code).toBe(0);
  expect(said).toContain(
    "Warnings:\n  - eks.version has 10 days of standard support left on eks (it is 1.36) — upgrade before the cloud does it by itself: docs/runbooks/upgrade.md",
  );
});
