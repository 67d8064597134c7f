import { parseQuantity } from "../../config/units.ts";

const mebibyte = 2 ** 20;

/** Settings that follow from the pod's memory limit: the manual's quarter for buffers, half for the cache estimate. */
export function serverSettings(memoryLimit: string): Readonly<Record<string, string>> {
  const limitMiB = Math.floor(parseQuantity(memoryLimit) / mebibyte);
  return {
    shared_buffers: `${Math.max(32, Math.floor(limitMiB / 4))}MB`,
    effective_cache_size: `${Math.max(64, Math.floor(limitMiB / 2))}MB`,
    max_connections: "100",
    // A client that vanished must not hold a row lock for the kernel's two hours.
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    idle_in_transaction_session_timeout: "60s",
  };
}

export function settingArguments(memoryLimit: string): string[] {
  return Object.entries(serverSettings(memoryLimit)).flatMap(([key, value]) => [
    "-c",
    `${key}=${value}`,
  ]);
}
