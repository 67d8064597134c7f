import type { Cases } from "./case.ts";

const name = "framewright_http_request_duration_seconds";
const count = (more: string) => `${name}_count{server="client",route="/v1/jobs",${more}}`;
const bucket = (le: string) =>
  `${name}_bucket{server="client",route="/v1/jobs",status="200",le="${le}"}`;

export const apiCases = {
  ApiErrorsHigh: {
    firing: [
      {
        series: { [count('status="200"')]: "0+90x20", [count('status="503"')]: "0+10x20" },
        at: "12m",
        fires: [{ summary: "10% of the API's requests fail." }],
      },
    ],
    quiet: [
      {
        series: { [count('status="200"')]: "0+97x20", [count('status="503"')]: "0+3x20" },
        at: "15m",
      },
      // Of one request in some minutes a failed one is no trend.
      { series: { [count('status="503"')]: "0+1x20" }, at: "15m" },
      // Probes are no requests of clients.
      {
        series: {
          [`${name}_count{server="client",route="/readyz",status="503"}`]: "0+60x20",
          [count('status="200"')]: "0+60x20",
        },
        at: "15m",
      },
    ],
  },
  ApiSlow: {
    firing: [
      {
        series: {
          [bucket("2.5")]: "0+90x30",
          [bucket("10")]: "0+100x30",
          [bucket("+Inf")]: "0+100x30",
          [count('status="200"')]: "0+100x30",
        },
        at: "17m",
        fires: [{ summary: "One request in a hundred takes longer than 9.25s." }],
      },
    ],
    quiet: [
      {
        series: {
          [bucket("0.5")]: "0+99x30",
          [bucket("1")]: "0+100x30",
          [bucket("+Inf")]: "0+100x30",
          [count('status="200"')]: "0+100x30",
        },
        at: "20m",
      },
      // Event streams last as long as somebody listens.
      {
        series: {
          [`${name}_bucket{server="client",route="/v1/jobs/:jobId/events",status="200",le="10"}`]:
            "0x30",
          [`${name}_bucket{server="client",route="/v1/jobs/:jobId/events",status="200",le="+Inf"}`]:
            "0+100x30",
          [count('status="200"')]: "0+100x30",
        },
        at: "20m",
      },
    ],
  },
  QuotaRefusals: {
    firing: [
      {
        series: { 'framewright_quota_refusals_total{quota="queued",pod="api-1"}': "0+2x30" },
        at: "20m",
        fires: [
          {
            labels: { quota: "queued" },
            summary: "30 requests in 15 minutes were over the quota queued.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: { 'framewright_quota_refusals_total{quota="queued",pod="api-1"}': "0+1x30" },
        at: "20m",
      },
    ],
  },
  WebhookDeliveriesPending: {
    firing: [
      {
        series: { 'framewright_webhook_oldest_seconds{pod="webhooks-1"}': "0+60x30" },
        at: "20m",
        fires: [{ summary: "A webhook has been due for 20m 0s." }],
      },
    ],
    quiet: [
      {
        series: { 'framewright_webhook_oldest_seconds{pod="webhooks-1"}': "500x30" },
        at: "20m",
      },
    ],
  },
} as const satisfies Cases;
