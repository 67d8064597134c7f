/** Images that nobody patches any more, or that are gone. */
interface RetiredImage {
  /** Repository with its registry; all below it is meant too. */
  readonly image: string;
  readonly since: string;
  readonly instead: string;
}

const kubernetes = "the image of the same name under registry.k8s.io";

/** Sources: the announcements of the projects, and the threads named where there are some. */
export const retiredImages: readonly RetiredImage[] = [
  // https://github.com/bitnami/containers/issues/83267
  {
    image: "docker.io/bitnami",
    since: "tags with a version were taken away in 2025",
    instead: "the image of the project itself",
  },
  {
    image: "docker.io/bitnamilegacy",
    since: "an archive of 2025 that gets no updates and may be deleted",
    instead: "the image of the project itself",
  },
  // https://github.com/bitnami/charts/issues/10931
  {
    image: "gcr.io/bitnami-containers",
    since: "not updated since 2022",
    instead: "the image of the project itself",
  },
  // https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
  { image: "k8s.gcr.io", since: "frozen in April 2023", instead: kubernetes },
  { image: "gcr.io/google-containers", since: "frozen in April 2023", instead: kubernetes },
  { image: "gcr.io/google_containers", since: "frozen in April 2023", instead: kubernetes },
  // https://github.com/kubernetes-sigs/kubebuilder/discussions/3907
  {
    image: "gcr.io/kubebuilder",
    since: "not served since March 2025",
    instead: "quay.io/brancz/kube-rbac-proxy",
  },
  // https://github.com/GoogleContainerTools/kaniko
  {
    image: "gcr.io/kaniko-project",
    since: "archived in June 2025",
    instead: "BuildKit or a maintained fork",
  },
  // https://github.com/minio/minio/issues/21647
  {
    image: "docker.io/minio",
    since: "no image since October 2025, and none there since September 2026",
    instead: "an image built from source, or another S3 store",
  },
  {
    image: "quay.io/minio/minio",
    since: "not updated since October 2025",
    instead: "an image built from source, or another S3 store",
  },
  // https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
  {
    image: "registry.k8s.io/ingress-nginx",
    since: "no security fixes since March 2026",
    instead: "a controller of the Gateway API",
  },
  {
    image: "quay.io/kubernetes-ingress-controller",
    since: "moved in 2020, and retired there in March 2026",
    instead: "a controller of the Gateway API",
  },
  // https://github.com/kubernetes-retired/dashboard
  { image: "docker.io/kubernetesui", since: "archived in January 2026", instead: "Headlamp" },
  // https://grafana.com/docs/agent/latest/
  {
    image: "docker.io/grafana/agent",
    since: "end of life in November 2025",
    instead: "docker.io/grafana/alloy",
  },
  // https://grafana.com/docs/loki/latest/send-data/promtail/
  {
    image: "docker.io/grafana/promtail",
    since: "end of life in March 2026",
    instead: "docker.io/grafana/alloy",
  },
  // https://github.com/cncf/landscape/pull/4023
  {
    image: "docker.io/weaveworks",
    since: "archived in 2024 with the company",
    instead: "a network plugin that is maintained",
  },
  // Its etcd is the one repository of this organisation that lives.
  {
    image: "quay.io/coreos/prometheus-operator",
    since: "moved in 2020",
    instead: "quay.io/prometheus-operator/prometheus-operator",
  },
  {
    image: "quay.io/coreos/prometheus-config-reloader",
    since: "moved in 2020",
    instead: "quay.io/prometheus-operator/prometheus-config-reloader",
  },
  {
    image: "quay.io/coreos/configmap-reload",
    since: "not updated since 2017",
    instead: "quay.io/prometheus-operator/prometheus-config-reloader",
  },
  {
    image: "quay.io/coreos/kube-state-metrics",
    since: "moved in 2021",
    instead: "registry.k8s.io/kube-state-metrics/kube-state-metrics",
  },
  {
    image: "quay.io/coreos/kube-rbac-proxy",
    since: "moved to the organisation of its author",
    instead: "quay.io/brancz/kube-rbac-proxy",
  },
  {
    image: "quay.io/coreos/flannel",
    since: "moved in 2022",
    instead: "ghcr.io/flannel-io/flannel",
  },
  {
    image: "quay.io/coreos/hyperkube",
    since: "ended in 2020",
    instead: "the images of the single components under registry.k8s.io",
  },
  {
    image: "docker.io/library/openjdk",
    since: "deprecated in 2022, without updates",
    instead: "docker.io/library/eclipse-temurin",
  },
  {
    image: "docker.io/library/centos",
    since: "end of life in June 2024",
    instead: "an image of a distribution that is maintained",
  },
];
