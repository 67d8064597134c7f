import type { TestResource } from "./evaluate.ts";

/** Outputs that the mocks of golden files give, by which one sees what a property was made from. */
function isOutputOf(text: string, { name, props }: TestResource): boolean {
  const physical = props["name"];
  const names = [name, ...(typeof physical === "string" ? [physical] : [])];
  return names.some((one) => text === one || text === `${one}-id` || text.endsWith(`:${one}`));
}

/** How golden files write what is encrypted in the state: passwords, which other resources make. */
const secretMark = "<secret>";

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Namespaces and kinds are texts that name much and depend on nothing. */
function isOfCloud({ type }: TestResource): boolean {
  return /^(aws|eks|gcp):/.test(type);
}

function madeFrom(resource: TestResource, others: readonly TestResource[]) {
  return Object.fromEntries(
    Object.entries(resource.props).map(([property, value]) => {
      const texts = textsIn(value);
      const sources = others.filter(
        (other) =>
          other !== resource &&
          (texts.some((text) => isOutputOf(text, other)) ||
            (texts.includes(secretMark) && other.type.startsWith("random:"))),
      );
      return [property, sources.map(({ type, name }) => `${type}::${name}`)] as const;
    }),
  );
}

function isSource(resource: TestResource): boolean {
  return isOfCloud(resource) || resource.type.startsWith("random:");
}

/** One resource with the dependencies that the engine would tell of, read from the names in its properties. */
export function withOwnDependencies(
  resource: TestResource,
  others: readonly TestResource[],
): TestResource {
  if (!isOfCloud(resource)) return resource;
  return { ...resource, madeFrom: madeFrom(resource, others.filter(isSource)) };
}

/** The same for all resources of a golden file. */
export function withDependencies(resources: readonly TestResource[]): readonly TestResource[] {
  const sources = resources.filter(isSource);
  return resources.map((resource) => withOwnDependencies(resource, sources));
}
