function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A custom resource definition without descriptions, which are nine tenths of it and would lie in every state or repository; a property may have that name. */
export function withoutDescriptions(value: unknown, isProperties = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDescriptions(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => isProperties || key !== "description" || typeof inner !== "string")
      .map(([key, inner]) => [
        key,
        withoutDescriptions(inner, !isProperties && key === "properties"),
      ]),
  );
}
