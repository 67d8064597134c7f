import type { Cases } from "./case.ts";

const available = (deployment: string, namespace = "framewright-workers") =>
  `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${deployment}"}`;
const wanted = (deployment: string, namespace = "framewright-workers") =>
  `kube_deployment_spec_replicas{namespace="${namespace}",deployment="${deployment}"}`;
const used = (pod: string, job = "egress") =>
  `framewright_egress_recordings{pod="${pod}",job="${job}"}`;
const slots = (pod: string, job = "egress") =>
  `framewright_egress_slots{pod="${pod}",job="${job}"}`;
const pages = "web-recorder";
const died = 'framewright_egress_restarts_total{pod="egress-1"}';
const requests = (outcome: string) =>
  `framewright_egress_proxy_requests_total{outcome="${outcome}",pod="egress-proxy-1"}`;

export const egressCases = {
  RecordersDown: {
    firing: [
      {
        series: { [available("egress-proxy")]: "0x10", [wanted("egress-proxy")]: "2x10" },
        at: "3m",
        fires: [
          {
            labels: { namespace: "framewright-workers", deployment: "egress-proxy" },
            summary: "No pod of egress-proxy is available.",
          },
        ],
      },
    ],
    quiet: [
      { series: { [available("egress")]: "1x10", [wanted("egress")]: "3x10" }, at: "5m" },
      // Workers may wait for a node.
      { series: { [available("worker-cpu")]: "0x10", [wanted("worker-cpu")]: "2x10" }, at: "5m" },
    ],
  },
  RecordingSlotsFull: {
    firing: [
      {
        series: {
          ...{ [used("egress-1")]: "4x10", [slots("egress-1")]: "4x10" },
          ...{ [used("egress-2")]: "4x10", [slots("egress-2")]: "4x10" },
        },
        at: "6m",
        fires: [
          {
            labels: { job: "egress" },
            summary: "100% of the slots for recordings of egress are taken.",
          },
        ],
      },
      // Free slots of others record no page.
      {
        series: {
          ...{ [used("egress-1")]: "0x10", [slots("egress-1")]: "4x10" },
          ...{ [used("web-1", pages)]: "1x10", [slots("web-1", pages)]: "1x10" },
        },
        at: "6m",
        fires: [
          {
            labels: { job: pages },
            summary: "100% of the slots for recordings of web-recorder are taken.",
          },
        ],
      },
    ],
    quiet: [
      // A new recorder came.
      {
        series: {
          ...{ [used("egress-1")]: "4x20", [slots("egress-1")]: "4x20" },
          ...{ [used("egress-2")]: "_x3 0x16", [slots("egress-2")]: "_x3 4x16" },
        },
        at: "10m",
      },
    ],
  },
  RecordersRestart: {
    firing: [
      {
        series: { [died]: "0+1x15" },
        at: "15m",
        fires: [
          {
            labels: { pod: "egress-1" },
            summary: "Processes of recordings died 15 times in 15 minutes on egress-1.",
          },
        ],
      },
    ],
    quiet: [{ series: { [died]: "0 1 2x14" }, at: "15m" }],
  },
  EgressProxyBusy: {
    firing: [
      {
        series: { [requests("busy")]: "0+2x10" },
        at: "6m",
        fires: [{ summary: "The egress proxy has refused 10 connections for want of room." }],
      },
    ],
    quiet: [{ series: { [requests("refused")]: "0+2x10", [requests("busy")]: "3x10" }, at: "8m" }],
  },
} as const satisfies Cases;
