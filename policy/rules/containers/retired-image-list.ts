const project = "the image of the project itself";
const kubernetes = "the image of the same name under registry.k8s.io";
const gateway = "a controller of the Gateway API";
const s3 = "an image built from source, or another S3 store";
const operator = "quay.io/prometheus-operator";

/** Repository with its registry, what ended, and what to use now. Sources: the announcements of the projects. */
const table = [
  // https://github.com/bitnami/containers/issues/83267, https://github.com/bitnami/charts/issues/10931
  ["docker.io/bitnami", "tags with a version were taken away in 2025", project],
  ["docker.io/bitnamilegacy", "an archive of 2025 without updates", project],
  ["gcr.io/bitnami-containers", "not updated since 2022", project],
  // https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
  ["k8s.gcr.io", "frozen in April 2023", kubernetes],
  ["gcr.io/google-containers", "frozen in April 2023", kubernetes],
  ["gcr.io/google_containers", "frozen in April 2023", kubernetes],
  // https://github.com/kubernetes-sigs/kubebuilder/discussions/3907
  ["gcr.io/kubebuilder", "not served since March 2025", "quay.io/brancz/kube-rbac-proxy"],
  ["gcr.io/kaniko-project", "archived in June 2025", "BuildKit or a maintained fork"],
  // https://github.com/minio/minio/issues/21647
  ["docker.io/minio", "no image since October 2025", s3],
  ["quay.io/minio/minio", "no image since October 2025", s3],
  // https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
  ["registry.k8s.io/ingress-nginx", "no security fixes since March 2026", gateway],
  ["quay.io/kubernetes-ingress-controller", "retired in March 2026", gateway],
  ["docker.io/kubernetesui", "archived in January 2026", "Headlamp"],
  ["docker.io/grafana/agent", "end of life in November 2025", "docker.io/grafana/alloy"],
  ["docker.io/grafana/promtail", "end of life in March 2026", "docker.io/grafana/alloy"],
  ["docker.io/weaveworks", "archived in 2024", "a network plugin that is maintained"],
  // The etcd of this organisation is maintained.
  ["quay.io/coreos/prometheus-operator", "moved in 2020", `${operator}/prometheus-operator`],
  ["quay.io/coreos/prometheus-config-reloader", "moved in 2020", operator],
  ["quay.io/coreos/configmap-reload", "not updated since 2017", operator],
  ["quay.io/coreos/kube-state-metrics", "moved in 2021", "registry.k8s.io/kube-state-metrics"],
  ["quay.io/coreos/kube-rbac-proxy", "moved to its author", "quay.io/brancz/kube-rbac-proxy"],
  ["quay.io/coreos/flannel", "moved in 2022", "ghcr.io/flannel-io/flannel"],
  ["quay.io/coreos/hyperkube", "ended in 2020", "single components under registry.k8s.io"],
  ["docker.io/library/openjdk", "without updates since 2022", "docker.io/library/eclipse-temurin"],
  ["docker.io/library/centos", "end of life in June 2024", "a distribution that is maintained"],
] as const;

export const retired = table.map(([image, since, instead]) => ({ image, since, instead }));
