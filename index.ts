import { loadConfig } from "./config/load.ts";
import { describePools, provisionCluster } from "./infra/index.ts";
import { deployPlatform, platformGrowth } from "./services/index.ts";

const config = loadConfig();
const cluster = provisionCluster(config, platformGrowth);
const { api } = deployPlatform(cluster, config);

export const apiUrl = api.url;
export const workerApiUrl = api.workerUrl;
export const playbackBase = api.playbackBase;
export const bootstrapApiKey = api.bootstrapApiKey;
export const workerAdminSecret = api.workerAdminSecret;
export const kubeconfig = cluster.kubeconfig;
export const gpuPools = describePools(cluster.pools);
