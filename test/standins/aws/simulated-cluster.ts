/** Until the simulated clusters are there: an endpoint that answers nothing. */
export interface ClusterAccess {
  endpoint: string;
  caCertificate: string;
  token: string;
}

interface Running {
  cloudFolder: string;
  id: string;
}

export function startCluster(args: {
  cloud: "gke" | "eks";
  cloudFolder: string;
  id: string;
  version: string;
}): Promise<ClusterAccess> {
  return Promise.resolve({
    endpoint: "https://127.77.0.1:6443",
    caCertificate: Buffer.from(args.id).toString("base64"),
    token: "token",
  });
}

export async function stopCluster(args: Running): Promise<void> {
  await Promise.resolve(args);
}

export function clusterToken(args: Running): string {
  return `token-of-${args.id}`;
}
