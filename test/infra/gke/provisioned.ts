import { gkeEntries } from "../../config/support.ts";
import { testConfig } from "../../support/under-mocks.ts";
import { provisionedWith, type Provisioned } from "../eks/requests.ts";

/** A stack's cluster under mocks: on GKE, with the defaults of production and these sections changed. */
export function provisioned(
  entries: Record<string, unknown> = {},
  stack = "prod",
): Promise<Provisioned> {
  return provisionedWith(testConfig({ ...gkeEntries, ...entries }), stack);
}

/** The section `gke` of those tests, with these keys changed. */
export function gkeSection(keys: Record<string, unknown>): Record<string, unknown> {
  return { gke: { ...gkeEntries.gke, ...keys } };
}

/** Names of all resources of a type. */
export function namesOf({ resources }: Provisioned, type: string): string[] {
  return resources
    .filter((resource) => resource.type === type)
    .map(({ name }) => name)
    .toSorted();
}

/** Everything that a resource comes after, over any number of steps; components hand on what is inside of them. */
export function comesAfter({ requests }: Provisioned, name: string): Set<string> {
  const before = new Set<string>();
  const visit = (one: string): void => {
    for (const next of requests.find((request) => request.name === one)?.dependsOn ?? []) {
      if (before.has(next)) continue;
      before.add(next);
      visit(next);
    }
  };
  visit(name);
  return before;
}
