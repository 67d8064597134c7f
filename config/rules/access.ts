import { activeSections, when, type Rule } from "./rule.ts";

/** Who reaches the Kubernetes API of a cluster on gke or eks, and as whom. */

/** Two ways in from outside are two to guard; and what a list of networks keeps out, the name would let in. */
export const oneWayFromOutside: Rule = (config) => {
  const { gke } = activeSections(config);
  const networks = gke?.authorizedNetworks.map(({ name }) => name) ?? [];
  return when(gke?.endpoint === "dns" && networks.length > 0, () => ({
    path: "gke.authorizedNetworks",
    problem: `must be empty with endpoint "dns", which takes no list of networks (it has ${networks.join(", ")})`,
    remedy: 'remove them, or set gke.endpoint to "networks"',
  }));
};

/** EKS has one entry for each role. */
export const rolesHaveOneAccess: Rule = (config) => {
  const { eks } = activeSections(config);
  return (eks?.viewerRoleArns ?? []).flatMap((role, index) =>
    when(eks?.adminRoleArns.includes(role) === true, () => ({
      path: `eks.viewerRoleArns[${index}]`,
      problem: `must not be in eks.adminRoleArns as well (it is ${role})`,
      remedy: "remove it from one of them: an administrator reads everything anyway",
    })),
  );
};

/** Only a warning: with no way from outside, `pulumi up` must run inside the network. */
export const somebodyMayOperate: Rule = (config) => {
  const { gke, eks } = activeSections(config);
  const closed = {
    "gke.authorizedNetworks": gke?.endpoint === "networks" && gke.authorizedNetworks.length === 0,
    "eks.publicAccessCidrs": eks?.publicAccessCidrs.length === 0 && !eks.runners,
  };
  return Object.entries(closed).flatMap(([path, isClosed]) =>
    when(isClosed, () => ({
      path,
      problem: "is empty, so the Kubernetes API can be reached only from inside the network",
      remedy: "run Pulumi inside the network, or add the network that you run it from",
    })),
  );
};
