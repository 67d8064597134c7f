import { parseQuantity } from "../../config/units.ts";

const mebibyte = 2 ** 20;

export interface SettingsArgs {
  readonly memoryLimit: string;
  readonly maxConnections: number;
}

/** Settings that follow from the pod's memory limit: the manual's quarter for buffers, half for the cache estimate. */
export function serverSettings({
  memoryLimit,
  maxConnections,
}: SettingsArgs): Readonly<Record<string, string>> {
  const limitMiB = Math.floor(parseQuantity(memoryLimit) / mebibyte);
  return {
    shared_buffers: `${Math.max(32, Math.floor(limitMiB / 4))}MB`,
    effective_cache_size: `${Math.max(64, Math.floor(limitMiB / 2))}MB`,
    max_connections: String(maxConnections),
    // A client that vanished must not hold a row lock for the kernel's two hours.
    tcp_keepalives_idle: "30",
    tcp_keepalives_interval: "10",
    tcp_keepalives_count: "3",
    idle_in_transaction_session_timeout: "60s",
  };
}

export function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}
