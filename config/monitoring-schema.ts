import { flag, section } from "./leaves.ts";

export const Monitoring = section("Metrics, alerts and dashboards", {
  enabled: flag(false, "Whether Prometheus, Alertmanager and the exporters are deployed"),
});
