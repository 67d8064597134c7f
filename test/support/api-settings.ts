import type { StackConfig } from "../../config/load.ts";

/** What the program hands on of the config when it deploys the API. */
export function apiSettings(config: StackConfig) {
  const { logLevel, limits, retention, urlInput, webhooks, egress, rotations, api } = config;
  return { logLevel, limits, retention, urlInput, webhooks, egress, rotations, ...api };
}
