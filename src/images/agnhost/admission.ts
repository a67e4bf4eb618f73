/** What an admission webhook is asked about. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly name?: string;
  readonly object: Reviewed | null;
  readonly oldObject: Reviewed | null;
}

/** As much of an object as the webhooks look at. */
export interface Reviewed {
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly containers?: readonly { readonly name: string }[] };
  readonly stdin?: boolean;
  readonly container?: string;
}

export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status?: { readonly message: string };
  readonly patchType?: "JSONPatch";
  /** Base64. */
  readonly patch?: string;
}

type Webhook = (request: AdmissionRequest, sidecarImage: string) => AdmissionResponse | "never";

const allowed: AdmissionResponse = { allowed: true };

function denied(message: string): AdmissionResponse {
  return { allowed: false, status: { message } };
}

function patched(operations: readonly unknown[]): AdmissionResponse {
  if (operations.length === 0) return allowed;
  return { allowed: true, patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(operations)).toString("base64") };
}

/** By path, what each of the webhooks answers; "never" does not answer at all. */
export const admissionWebhooks: ReadonlyMap<string, Webhook> = new Map<string, Webhook>([
  ["/always-allow-delay-5s", () => allowed],
  ["/always-deny", () => denied("this webhook denies all requests")],
  ["/add-label", addLabel],
  ["/pods", admitPods],
  ["/pods/attach", admitAttachment],
  ["/mutating-pods", addInitContainer],
  ["/mutating-pods-sidecar", addSidecar],
  ["/configmaps", (request) => refuseData(request, "the configmap contains unwanted key and value")],
  ["/mutating-configmaps", mutateData],
  ["/custom-resource", (request) => refuseData(request, "the custom resource contains unwanted data")],
  ["/mutating-custom-resource", mutateData],
  ["/crd", admitDefinition],
]);

const mark = "webhook-e2e-test";

function addLabel({ object }: AdmissionRequest): AdmissionResponse {
  const labels = object?.metadata?.labels;
  if (!labels) return patched([{ op: "add", path: "/metadata/labels", value: { "added-label": "yes" } }]);
  if (labels["added-label"] === "yes") return allowed;
  const op = "added-label" in labels ? "replace" : "add";
  return patched([{ op, path: "/metadata/labels/added-label", value: "yes" }]);
}

function admitPods({ object }: AdmissionRequest): AdmissionResponse | "never" {
  const label = object?.metadata?.labels?.[mark];
  if (label === "wait-forever") return "never";
  const names = object?.spec?.containers?.map(({ name }) => name) ?? [];
  const reasons = [
    label === "webhook-disallow" ? "the pod contains unwanted label;" : "",
    ...names.map((name) => (name.includes("webhook-disallow") ? "the pod contains unwanted container name;" : "")),
  ].filter((reason) => reason !== "");
  return reasons.length > 0 ? denied(reasons.join(" ")) : allowed;
}

function admitAttachment({ name, object }: AdmissionRequest): AdmissionResponse {
  const isMeant = name === "to-be-attached-pod" && object?.stdin === true && object.container === "container1";
  return isMeant ? denied("attaching to pod 'to-be-attached-pod' is not allowed") : allowed;
}

function addInitContainer({ object }: AdmissionRequest): AdmissionResponse {
  if (object?.metadata?.name !== "webhook-to-be-mutated") return allowed;
  const value = [{ image: "webhook-added-image", name: "webhook-added-init-container", resources: {} }];
  return patched([{ op: "add", path: "/spec/initContainers", value }]);
}

function addSidecar({ object }: AdmissionRequest, image: string): AdmissionResponse {
  if (image === "") return denied("No image specified by the sidecar-image parameter");
  const name = "webhook-added-sidecar";
  if (object?.spec?.containers?.some((container) => container.name === name)) return allowed;
  return patched([{ op: "add", path: "/spec/containers/-", value: { image, name } }]);
}

function refuseData({ object, oldObject }: AdmissionRequest, message: string): AdmissionResponse {
  const { data = {} } = object ?? oldObject ?? {};
  return data[mark] === "webhook-disallow" ? denied(message) : allowed;
}

function mutateData({ object }: AdmissionRequest): AdmissionResponse {
  const { data = {} } = object ?? {};
  const add = (stage: number): unknown => ({ op: "add", path: `/data/mutation-stage-${stage}`, value: "yes" });
  return patched([
    ...(data["mutation-start"] === "yes" ? [add(1)] : []),
    ...(data["mutation-stage-1"] === "yes" ? [add(2)] : []),
  ]);
}

function admitDefinition({ object }: AdmissionRequest): AdmissionResponse {
  return object?.metadata?.labels?.[mark] === "webhook-disallow" ? denied("the crd contains unwanted label") : allowed;
}
