const reportEvents = "report events @core,events.k8s.io";
const reviewTokens = "create tokenreviews @authentication.k8s.io";
const reviewAccess = "create subjectaccessreviews @authorization.k8s.io";
const publicPaths = "/healthz,/livez,/readyz,/version,/version/";
const issuer = "/.well-known/openid-configuration";
const keys = "/openid/v1/jwks";

const signers = ["kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown"];

/** What the parts of a cluster, and everybody, may do: a rule a line. */
export const systemRoles: Readonly<Record<string, readonly string[]>> = {
  "auth-delegator": [reviewTokens, reviewAccess],
  "basic-user": [
    "create selfsubjectaccessreviews,selfsubjectrulesreviews @authorization.k8s.io",
    "create selfsubjectreviews @authentication.k8s.io",
  ],
  "certificates.k8s.io:certificatesigningrequests:nodeclient": [
    "create certificatesigningrequests/nodeclient @certificates.k8s.io",
  ],
  "certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
    "create certificatesigningrequests/selfnodeclient @certificates.k8s.io",
  ],
  ...Object.fromEntries(
    signers.map((name) => [
      `certificates.k8s.io:${name}-approver`,
      [`approve signers @certificates.k8s.io #kubernetes.io/${name}`],
    ]),
  ),
  discovery: [`get /api,/api/*,/apis,/apis/*,/openapi,/openapi/*,${publicPaths}`],
  heapster: ["read events,namespaces,nodes,pods", "read deployments @extensions"],
  "kube-aggregator": ["read endpoints,services"],
  "kube-controller-manager": [
    reportEvents,
    "create leases @coordination.k8s.io",
    "get,update leases @coordination.k8s.io #kube-controller-manager",
    "create secrets,serviceaccounts",
    "delete secrets",
    "get configmaps,namespaces,secrets,serviceaccounts",
    "update secrets,serviceaccounts",
    reviewTokens,
    reviewAccess,
    "list,watch * @*",
    "create serviceaccounts/token",
  ],
  "kube-dns": ["list,watch endpoints,services"],
  "kube-scheduler": [
    reportEvents,
    "create leases @coordination.k8s.io",
    "get,update leases @coordination.k8s.io #kube-scheduler",
    "read nodes",
    "read,delete pods",
    "create bindings,pods/binding",
    "patch,update pods/status",
    "read replicationcontrollers,services",
    "read replicasets @apps,extensions",
    "read statefulsets @apps",
    "read poddisruptionbudgets @policy",
    "read persistentvolumeclaims,persistentvolumes",
    reviewTokens,
    reviewAccess,
    "read csinodes @storage.k8s.io",
    "read namespaces",
    "read csidrivers @storage.k8s.io",
    "read csistoragecapacities @storage.k8s.io",
  ],
  "kubelet-api-admin": ["read nodes", "proxy nodes", "* nodes/log,nodes/metrics,nodes/proxy,nodes/stats"],
  monitoring: ["get /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*"],
  node: [
    reviewTokens,
    "create localsubjectaccessreviews,subjectaccessreviews @authorization.k8s.io",
    "read services",
    "read,create nodes",
    "patch,update nodes/status",
    "patch,update nodes",
    "report events",
    "read pods",
    "create,delete pods",
    "patch,update pods/status",
    "create pods/eviction",
    "read configmaps,secrets",
    "get persistentvolumeclaims,persistentvolumes",
    "get endpoints",
    "read,create certificatesigningrequests @certificates.k8s.io",
    "create,delete,get,patch,update leases @coordination.k8s.io",
    "get volumeattachments @storage.k8s.io",
    "create serviceaccounts/token",
    "get,patch,update persistentvolumeclaims/status",
    "read csidrivers @storage.k8s.io",
    "create,delete,get,patch,update csinodes @storage.k8s.io",
    "read runtimeclasses @node.k8s.io",
  ],
  "node-bootstrapper": ["read,create certificatesigningrequests @certificates.k8s.io"],
  "node-problem-detector": ["get nodes", "patch nodes/status", reportEvents],
  "node-proxier": [
    "list,watch endpoints,services",
    "read nodes",
    reportEvents,
    "list,watch endpointslices @discovery.k8s.io",
  ],
  "persistent-volume-provisioner": [
    "read,create,delete persistentvolumes",
    "read,update persistentvolumeclaims",
    "read storageclasses @storage.k8s.io",
    "watch events",
    reportEvents,
  ],
  "public-info-viewer": [`get ${publicPaths}`],
  "service-account-issuer-discovery": [`get ${issuer},${issuer}/,${keys},${keys}/`],
  "volume-scheduler": [
    "read,patch,update persistentvolumes",
    "read storageclasses @storage.k8s.io",
    "read,patch,update persistentvolumeclaims",
  ],
};
