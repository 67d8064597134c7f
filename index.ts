import { loadConfig } from "./config/load.ts";
import { describePools, provisionCluster } from "./infra/index.ts";
import { deployPlatform, platformGrowth } from "./services/index.ts";

const config = loadConfig();
const cluster = provisionCluster(config, platformGrowth);
const { api, edge, keys, monitoring } = deployPlatform(cluster, config);

export const apiUrl = api.url;
export const workerApiUrl = api.workerUrl;
export const playbackBase = api.playbackBase;
/** Both are undefined where `secrets.source` has a store of yours, which has them. */
export const { bootstrapApiKey, workerAdminSecret } = keys;
/** PEM of the authority that clients have to know; undefined where everybody knows it, or nothing is by TLS. */
export const edgeCa = edge?.ca;
/** Where people open Prometheus; undefined where there is none. */
export const prometheusUrl = monitoring?.url;
export const kubeconfig = cluster.kubeconfig;
export const gpuPools = describePools(cluster.pools);
