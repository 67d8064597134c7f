import { row003 as row, shown, type SeedRow, type Topic } from "./row.ts";

function scaler(path: string, value: unknown) {
  return shown("prod-gke", ["scaledObject", "webhooks-pods-scaled-object"], path, value);
}

function behavior(path: string, value: number) {
  const config = "spec.advanced.horizontalPodAutoscalerConfig.behavior";
  return scaler(`${config}.${path}`, value);
}

function container(path: string, value: string) {
  const place = `spec.template.spec.containers.0.resources.${path}`;
  return shown("prod-gke", ["deployment", "webhooks-pods-deployment"], place, value);
}

const pods: SeedRow[] = [
  row("Webhook notifier: 2 to 4 pods", "webhooks.replicas.min", scaler("spec.minReplicaCount", 2)),
  row("Webhook notifier: max 4", "webhooks.replicas.max", scaler("spec.maxReplicaCount", 4)),
  row(
    "Webhook notifier: CPU request 100m",
    "webhooks.resources.requests.cpu",
    container("requests.cpu", "100m"),
  ),
  row(
    "Webhook notifier: CPU limit 500m",
    "webhooks.resources.limits.cpu",
    container("limits.cpu", "500m"),
  ),
  row(
    "Webhook notifier: memory request 128Mi",
    "webhooks.resources.requests.memory",
    container("requests.memory", "128Mi"),
  ),
  row(
    "Webhook notifier: memory limit 512Mi",
    "webhooks.resources.limits.memory",
    container("limits.memory", "512Mi"),
  ),
];

const growth: SeedRow[] = [
  row(
    "Webhook notifier: 100 pending notifications for each pod",
    "autoscaling.deliveriesPerSender",
    scaler("spec.triggers.0.metadata.targetValue", "100"),
  ),
  row(
    "Webhook notifier: CPU 60 %",
    "config/load-figures.ts",
    scaler("spec.triggers.1.metadata.value", "60"),
  ),
  row(
    "Webhook notifier: memory 70 %",
    "config/load-figures.ts",
    scaler("spec.triggers.2.metadata.value", "358Mi"),
    "of the limit: of its request of 128Mi a sender uses 92 % with nothing to do",
  ),
  row(
    "Webhook notifier: up by 100 %",
    "services/kit/scaling/scaling.ts",
    behavior("scaleUp.policies.0.value", 100),
  ),
  row(
    "Webhook notifier: up by 1 pod",
    "services/kit/scaling/scaling.ts",
    behavior("scaleUp.policies.1.value", 1),
  ),
  row(
    "Webhook notifier: down by 50 %",
    "services/kit/scaling/scaling.ts",
    behavior("scaleDown.policies.0.value", 50),
  ),
  row(
    "Webhook notifier: down after 3 minutes",
    "services/kit/scaling/scaling.ts",
    behavior("scaleDown.stabilizationWindowSeconds", 180),
  ),
];

/** Of this seed only the webhook notifier is there; the rest belongs to the egress of RTC sessions. */
export const seed003: readonly Topic[] = [
  {
    title: "Pods of the webhook sender",
    reason:
      "With two, events go on while one is replaced. A sender waits for receivers most of its time, so that it needs little.",
    rows: pods,
  },
  {
    title: "Autoscaling of the webhook sender",
    reason:
      "Notifications come in bursts and somebody waits for them, so that senders grow at once and shrink after three quiet minutes.",
    rows: growth,
  },
];
