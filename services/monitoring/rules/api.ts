import { group } from "./rule.ts";
import { clientRequests, timedRequests } from "./series.ts";

const duration = "framewright_http_request_duration_seconds";

/** How the API answers. */
export const api = group("api", {
  recordings: {
    "framewright:http_requests:rate5m": `sum(rate(${duration}_count{${clientRequests}}[5m]))`,
    "framewright:http_errors:ratio_rate5m": `(sum(rate(${duration}_count{${clientRequests},status=~"5.."}[5m])) or vector(0))
      / sum(rate(${duration}_count{${clientRequests}}[5m]))`,
    "framewright:http_request_duration_seconds:p99_5m": `histogram_quantile(0.99,
      sum by (le) (rate(${duration}_bucket{${timedRequests}}[5m])))`,
  },
  alerts: {
    ApiErrorsHigh: {
      expr: `framewright:http_errors:ratio_rate5m > 0.05 and framewright:http_requests:rate5m > 0.1`,
      for: "5m",
      severity: "critical",
      summary: "{{ $value | humanizePercentage }} of the API's requests fail.",
      description:
        "Clients get answers of 500 and above. The API tells them to try again where that can help.",
      dashboard: "overview",
    },
    ApiSlow: {
      expr: `framewright:http_request_duration_seconds:p99_5m > 2 and on () framewright:http_requests:rate5m > 0.1`,
      for: "10m",
      severity: "warning",
      summary: "One request in a hundred takes longer than {{ $value | humanizeDuration }}.",
      description:
        "The API is degraded: clients wait, and those with short time limits see failures.",
      dashboard: "overview",
    },
    QuotaRefusals: {
      expr: `sum by (quota) (increase(framewright_quota_refusals_total[15m])) > 20`,
      severity: "info",
      summary:
        "{{ $value | humanize }} requests in 15 minutes were over the quota {{ $labels.quota }}.",
      description:
        "A project wants more than it may have. Nothing is broken; its owner may need a larger quota.",
      dashboard: "overview",
    },
    WebhookDeliveriesPending: {
      expr: `max(framewright_webhook_oldest_seconds) > 600`,
      for: "5m",
      severity: "warning",
      summary: "A webhook has been due for {{ $value | humanizeDuration }}.",
      description:
        "Receivers learn late of what happened to their jobs. The deliveries are kept and will be sent.",
      dashboard: "jobs",
    },
  },
});
