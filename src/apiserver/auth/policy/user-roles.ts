const allWorkloads = "daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale";
const legacyWorkloads = `${allWorkloads},ingresses,networkpolicies,replicationcontrollers/scale`;

/** What `admin` may do beyond `edit`. */
export const adminRules: readonly string[] = [
  "create localsubjectaccessreviews @authorization.k8s.io",
  "read,write rolebindings,roles @rbac.authorization.k8s.io",
];

/** What `edit` may do beyond `view`. */
export const editRules: readonly string[] = [
  "read pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy",
  "impersonate serviceaccounts",
  "write pods,pods/attach,pods/exec,pods/portforward,pods/proxy",
  "create pods/eviction",
  "write configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy",
  "create serviceaccounts/token",
  `write ${allWorkloads},statefulsets,statefulsets/scale @apps`,
  "write horizontalpodautoscalers @autoscaling",
  "write cronjobs,jobs @batch",
  `write ${legacyWorkloads} @extensions`,
  "write poddisruptionbudgets @policy",
  "write ingresses,networkpolicies @networking.k8s.io",
  "read,write leases @coordination.k8s.io",
];

export const viewRules: readonly string[] = [
  "read configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status",
  "read bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status",
  "read namespaces",
  "read endpointslices @discovery.k8s.io",
  "read controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status @apps",
  "read horizontalpodautoscalers,horizontalpodautoscalers/status @autoscaling",
  "read cronjobs,cronjobs/status,jobs,jobs/status @batch",
  "read daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale @extensions",
  "read poddisruptionbudgets,poddisruptionbudgets/status @policy",
  "read ingresses,ingresses/status,networkpolicies @networking.k8s.io",
];
