import { parseCidr } from "../cidr.ts";
import { allowances } from "./networks.ts";
import { isCloudProduction, when, type Rule } from "./rule.ts";

/** What a production stack on gke or eks may not do. */

/** docs/decisions/0012: protection goes in two steps, and the first one names the stack. */
export const deletionIsProtected: Rule = (config, { stack }) => {
  const unprotected = isCloudProduction(config) && !config.deletionProtection;
  return [
    ...when(unprotected && config.teardown === "", () => ({
      path: "deletionProtection",
      problem: "must be true in production (it is false)",
      remedy: `set it to true; to take the stack down, also set teardown to ${stack}, then run \`pulumi up\` and \`pulumi destroy\``,
    })),
    ...when(unprotected && config.teardown !== "" && config.teardown !== stack, () => ({
      path: "teardown",
      problem: `must be the name of this stack (it is "${config.teardown}", the stack is "${stack}")`,
      remedy: `set it to ${stack} to take this stack down, or remove it`,
    })),
  ];
};

/** A confirmation that was forgotten would confirm the next mistake too. */
export const teardownIsMeant: Rule = (config) =>
  when(config.teardown !== "" && config.deletionProtection, () => ({
    path: "teardown",
    problem: `is set (${config.teardown}), and deletionProtection is true`,
    remedy: "remove it, or set deletionProtection to false to take the stack down",
  }));

export const secretsAreProtected: Rule = (config, { secrets, stack }) =>
  isCloudProduction(config)
    ? when(secrets().kind === "empty-passphrase", () => ({
        path: "encryptionsalt",
        problem:
          "was made with an empty passphrase, so anyone who can read the state can read every secret",
        remedy: `run \`pulumi stack change-secrets-provider\` with a key service or a passphrase for ${stack}`,
      }))
    : [];

/** No single owner has a range of a quarter of a percent of all addresses. */
const widestPrefix = 8;

/** The one list that may contain every address: load balancers for the public. */
function isPublicEdge(path: string, isPublic: boolean): boolean {
  return isPublic && path.startsWith("edge.allowedCidrs");
}

export const endpointsAreClosed: Rule = (config) => {
  if (!isCloudProduction(config)) return [];
  return allowances(config)
    .filter(([path]) => !isPublicEdge(path, config.edge.public))
    .flatMap(([path, cidr]) => {
      const range = parseCidr(cidr);
      return when(range !== undefined && range.prefix < widestPrefix, () => ({
        path,
        problem: `must not admit the whole internet in production (it is ${cidr})`,
        remedy: `list only networks that need access, each /${widestPrefix} or longer`,
      }));
    });
};
