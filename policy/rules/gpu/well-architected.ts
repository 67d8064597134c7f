import type { Framework } from "../../kit/frameworks.ts";

function pillar(name: string, path: string) {
  return (specification: string): Framework => ({
    name: `AWS Well-Architected Framework, ${name} Pillar`,
    version: "2024",
    reference: `https://docs.aws.amazon.com/wellarchitected/latest/${path}/welcome.html`,
    specification,
  });
}

/** What a cloud itself asks of whoever rents its machines. */
export const costOptimization = pillar("Cost Optimization", "cost-optimization-pillar");
export const reliability = pillar("Reliability", "reliability-pillar");
