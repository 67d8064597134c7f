/** The parts of a resource's URN that a provider needs. */
export interface Urn {
  /** Last type of the chain, as "package:module:Type". */
  type: string;
  name: string;
}

/** Takes "urn:pulumi:stack::project::parent$type::name" apart. */
export function parseUrn(urn: string): Urn {
  const [, , types, ...name] = urn.split("::");
  return { type: types?.split("$").at(-1) ?? "", name: name.join("::") };
}
