const group = "rbac.authorization.k8s.io";

export const roleKinds = [`${group}/Role`, `${group}/ClusterRole`];
export const bindingKinds = [`${group}/RoleBinding`, `${group}/ClusterRoleBinding`];
