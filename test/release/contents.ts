import { Type } from "typebox";
import { Value } from "typebox/value";

/** `name@version` of each package that is installed, from dpkg's own list. */
export function debianPackages(status: string): string[] {
  return status
    .split(/\n\n+/)
    .filter((entry) => /^Status: install ok installed$/m.test(entry))
    .map((entry) => {
      const field = (name: string): string =>
        new RegExp(`^${name}: (.*)$`, "m").exec(entry)?.[1] ?? "";
      return `${field("Package")}@${field("Version")}`;
    })
    .toSorted();
}

const Spdx = Type.Object({
  packages: Type.Array(
    Type.Object({
      externalRefs: Type.Optional(
        Type.Array(Type.Object({ referenceType: Type.String(), referenceLocator: Type.String() })),
      ),
    }),
  ),
});

/** `name@version` of each package of one kind in a list of contents; Debian's without the distribution's name. */
export function purls(contents: unknown, kind: string): string[] {
  const refs = Value.Parse(Spdx, contents).packages.flatMap(
    ({ externalRefs = [] }) => externalRefs,
  );
  const prefix = `pkg:${kind}/${kind === "deb" ? "debian/" : ""}`;
  const found = refs.flatMap(({ referenceType, referenceLocator }) => {
    if (referenceType !== "purl" || !referenceLocator.startsWith(prefix)) return [];
    const [nameAndVersion = ""] = referenceLocator.slice(prefix.length).split("?");
    return [decodeURIComponent(nameAndVersion)];
  });
  return [...new Set(found)].toSorted();
}
