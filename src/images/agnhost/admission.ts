/** What an admission webhook is asked about. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly name?: string;
  readonly resource?: { readonly group?: string; readonly version?: string; readonly resource?: string };
  readonly subResource?: string;
  readonly object: Reviewed | null;
  readonly oldObject: Reviewed | null;
}

/** As much of an object as the webhooks look at. */
export interface Reviewed {
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly stdin?: boolean;
  readonly container?: string;
}

export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status?: {
    readonly metadata: object;
    readonly status?: string;
    readonly message?: string;
    readonly reason?: string;
    readonly code?: number;
  };
  readonly patchType?: "JSONPatch";
  /** Base64. */
  readonly patch?: string;
}

type Webhook = (request: AdmissionRequest, sidecarImage: string) => AdmissionResponse | "never";

const allowed: AdmissionResponse = { allowed: true };

function denied(message: string): AdmissionResponse {
  return { allowed: false, status: { metadata: {}, message } };
}

function patched(operations: readonly unknown[]): AdmissionResponse {
  if (operations.length === 0) return allowed;
  return { allowed: true, patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(operations)).toString("base64") };
}

/** By path, what each of the webhooks answers; "never" does not answer at all. */
export const admissionWebhooks: ReadonlyMap<string, Webhook> = new Map<string, Webhook>([
  ["/always-allow-delay-5s", alwaysAllow],
  ["/always-deny", () => denied("this webhook denies all requests")],
  ["/add-label", addLabel],
  ["/pods", admitPods],
  ["/pods/attach", admitAttachment],
  ["/mutating-pods", addInitContainer],
  ["/mutating-pods-sidecar", addSidecar],
  ["/configmaps", admitData("configmap", "contains unwanted key and value")],
  ["/mutating-configmaps", mutateData],
  ["/custom-resource", admitData("custom resource", "contains unwanted data")],
  ["/mutating-custom-resource", mutateData],
  ["/crd", admitDefinition],
]);

const mark = "webhook-e2e-test";

function alwaysAllow(): AdmissionResponse {
  return { allowed: true, status: { metadata: {}, message: "this webhook allows all requests" } };
}

function addLabel({ object }: AdmissionRequest): AdmissionResponse {
  const labels = object?.metadata?.labels ?? {};
  if (Object.keys(labels).length === 0) {
    return patched([{ op: "add", path: "/metadata/labels", value: { "added-label": "yes" } }]);
  }
  if (labels["added-label"] === "yes") return allowed;
  const op = "added-label" in labels ? "replace" : "add";
  return patched([{ op, path: "/metadata/labels/added-label", value: "yes" }]);
}

function isForPods({ resource }: AdmissionRequest): boolean {
  return resource?.group === "" && resource.version === "v1" && resource.resource === "pods";
}

const podsExpected = "expect resource to be {Group:, Version:v1, Resource:pods}";

function admitPods(request: AdmissionRequest): AdmissionResponse | "never" {
  if (!isForPods(request)) return denied(podsExpected);
  const { object } = request;
  const label = object?.metadata?.labels?.[mark];
  if (label === "wait-forever") return "never";
  const names = object?.spec?.containers?.map(({ name }) => name) ?? [];
  const reasons = [
    label === "webhook-disallow" ? "the pod contains unwanted label;" : "",
    ...names.map((name) => (name.includes("webhook-disallow") ? "the pod contains unwanted container name;" : "")),
  ].filter((reason) => reason !== "");
  return reasons.length > 0 ? denied(reasons.join(" ")) : allowed;
}

function admitAttachment(request: AdmissionRequest): AdmissionResponse {
  const { name, subResource = "", object } = request;
  if (name !== "to-be-attached-pod") return allowed;
  if (!isForPods(request)) return denied(podsExpected);
  if (subResource !== "attach") return denied(`expect subresource to be attach, got ${subResource}`);
  const isMeant = object?.stdin === true && object.container === "container1";
  return isMeant ? denied("attaching to pod 'to-be-attached-pod' is not allowed") : allowed;
}

function addInitContainer(request: AdmissionRequest): AdmissionResponse {
  const { metadata, spec } = request.object ?? {};
  const name = "webhook-added-init-container";
  const isThere = spec?.initContainers?.some((container) => container.name === name) ?? false;
  if (!isForPods(request) || metadata?.name !== "webhook-to-be-mutated" || isThere) return allowed;
  const value = [{ image: "webhook-added-image", name, resources: {} }];
  return patched([{ op: "add", path: "/spec/initContainers", value }]);
}

function addSidecar(request: AdmissionRequest, image: string): AdmissionResponse {
  if (image === "") {
    const message = "No image specified by the sidecar-image parameter";
    return { allowed: false, status: { metadata: {}, status: "Failure", message, code: 500 } };
  }
  const name = "webhook-added-sidecar";
  const isThere = request.object?.spec?.containers?.some((container) => container.name === name) ?? false;
  if (!isForPods(request) || isThere) return allowed;
  return patched([{ op: "add", path: "/spec/containers/-", value: { image, name, resources: {} } }]);
}

/** Says why as a reason, not as a message. */
function admitData(what: string, unwanted: string): Webhook {
  return ({ operation, object, oldObject }) => {
    const isDeletion = operation === "DELETE";
    const { data = {} } = (isDeletion ? oldObject : object) ?? {};
    const refused = (reason: string): AdmissionResponse => ({ allowed: false, status: { metadata: {}, reason } });
    if (isDeletion && data[mark] === "webhook-nondeletable") {
      return refused(`the ${what} cannot be deleted because it contains unwanted key and value`);
    }
    const isWrite = operation === "CREATE" || operation === "UPDATE";
    return isWrite && data[mark] === "webhook-disallow" ? refused(`the ${what} ${unwanted}`) : allowed;
  };
}

/** One stage at a time. */
function mutateData({ object }: AdmissionRequest): AdmissionResponse {
  const { data = {} } = object ?? {};
  const stage = data["mutation-stage-1"] === "yes" ? 2 : data["mutation-start"] === "yes" ? 1 : undefined;
  return patched(stage ? [{ op: "add", path: `/data/mutation-stage-${stage}`, value: "yes" }] : []);
}

function admitDefinition({ object }: AdmissionRequest): AdmissionResponse {
  return object?.metadata?.labels?.[mark] === "webhook-disallow" ? denied("the crd contains unwanted label") : allowed;
}
