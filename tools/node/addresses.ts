import { join } from "node:path";
import { cloneId, own } from "../paths.ts";

/** The name of the node, and of its host inside its own UTS namespace. */
export const nodeName = "framewright";

/**
 * The node lives in its own network namespace, so these collide with nothing on the machine.
 * Ranges are of RFC 1918 and stay clear of the usual defaults of other clusters.
 */
export const nodeIp = "10.219.0.1";
export const podCidr = "10.217.0.0/24";
export const serviceCidr = "10.218.0.0/16";
export const apiServerClusterIp = "10.218.0.1";
export const dnsClusterIp = "10.218.0.10";

/** Where the Kubernetes API answers on the machine's loopback. */
export const apiServerPort = 26443;

/** NodePorts of the local stack that are carried to the machine's loopback: API, worker API, object store. */
export const carriedNodePorts = [30080, 30902, 30070] as const;

/** Those, and the three of the part `edge`: API and worker API by TLS, redirects. */
export const nodePorts: readonly number[] = [...carriedNodePorts, 30443, 30903, 30081];
export const hostPorts: readonly number[] = [apiServerPort, ...nodePorts];

export const contextName = "framewright-local";

/** Everything of the node on the machine's disk. */
export const nodeFolder = join(own, "node");
/** What survives a stop: etcd, images, volumes, certificates. */
export const stateFolder = join(nodeFolder, "state");
export const nodeLogFolder = join(own, "logs", "node");
export const adminKubeconfig = join(nodeFolder, "admin.kubeconfig");
/** What kubectl remembers of the API server, which would go to the user's home otherwise. */
export const kubectlCache = join(own, "kubectl");
export const machinePidFile = join(nodeFolder, "machine.pid");

/** The same state as the node sees it: short paths, because a socket's path may have 108 bytes only. */
export const inside = "/run/framewright";
export const containerdSocket = `${inside}/containerd.sock`;

/** The kubelet's own default, which agents on any node count on. */
export const podLogsFolder = "/var/log/pods";

export const cgroupName = `framewright-${cloneId}`;
