import { parseCidr } from "../cidr.ts";
import { allowances } from "./networks.ts";
import { activeSections, isCloudProduction, when, type Rule } from "./rule.ts";

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
        problem: "belongs to an empty passphrase: who can read the state can read every secret",
        remedy: `run \`pulumi stack change-secrets-provider\` with a key service or a passphrase for ${stack}`,
      }))
    : [];

/** Ranges of a quarter of a percent of all addresses or more are nobody's own. */
const widestPrefix = 8;

/** The one allowance that may name everybody: load balancers that are meant for the public. */
function isPublicEdge(path: string, isPublic: boolean): boolean {
  return isPublic && path.startsWith("edge.");
}

export const endpointsAreClosed: Rule = (config) => {
  if (!isCloudProduction(config)) return [];
  return allowances(config)
    .filter(([path]) => !isPublicEdge(path, config.edge.public))
    .flatMap(([path, cidr]) => {
      const range = parseCidr(cidr);
      return when(range !== undefined && range.prefix < widestPrefix, () => ({
        path,
        problem: `must not let in the whole internet in production (it is ${cidr})`,
        remedy: `name the networks of those who need it, /${widestPrefix} or longer`,
      }));
    });
};

/** With nobody let in, `pulumi up` itself must run inside the network. */
export const somebodyMayOperate: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const path = gke === undefined ? "eks.publicAccessCidrs" : "gke.authorizedNetworks";
  const allowed = gke?.authorizedNetworks.length ?? eks?.publicAccessCidrs.length ?? 0;
  return when(cloud !== undefined && allowed === 0, () => ({
    path,
    problem: "is empty: the Kubernetes API can be reached from inside the network alone",
    remedy: "run Pulumi there, or name the network that you run it from",
  }));
};
