import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";

/** Known only after an update, as the address of a cluster that is yet to be made. */
const notYet = new random.RandomPassword("cluster", { length: 32 }).result;

/** Provider of a cluster that does not exist yet: what a preview in a pull request has. */
const provider = new k8s.Provider("cluster", { kubeconfig: notYet });

/** Options of every object on it. */
export const onCluster = { provider };
