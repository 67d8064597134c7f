import {
  denyAll,
  limits,
  makeNamespace,
  namespace,
  podSecurity,
  quota,
} from "./support/namespace.ts";

makeNamespace(namespace, { ...podSecurity, "pod-security.kubernetes.io/enforce": "privileged" });
denyAll();
limits();
quota();
