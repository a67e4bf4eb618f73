import { cloneTree, type Mutable } from "../../api/object.ts";
import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { timestamp } from "../../sim/clock.ts";
import type { AdmissionRequest, AdmissionStep } from "./admission.ts";

/** Writes down who asks for a certificate, whatever the request says of it, and when its conditions came about. */
export const certificateRequestor: AdmissionStep = {
  name: "CertificateRequestor",
  seesEverything: true,

  admit(request) {
    const { resource, operation, subresource } = request;
    if (resource.plural !== "certificatesigningrequests" || resource.group !== "certificates.k8s.io") return;
    if (operation === "CREATE" && subresource === "") setRequestor(request);
    if (operation === "UPDATE") setTimes(request);
  },
};

function setRequestor({ object, options }: AdmissionRequest): void {
  const request = object as Mutable<CertificateSigningRequest>;
  const { name, uid, groups, extra } = options.user;
  const { uid: _uid, extra: _extra, ...asked } = request.spec;
  const spec: CertificateSigningRequest["spec"] = {
    ...asked,
    username: name,
    groups,
    ...(uid ? { uid } : {}),
    ...(extra ? { extra } : {}),
  };
  request.spec = cloneTree(spec);
}

function setTimes({ object, previous, registry }: AdmissionRequest): void {
  const request = object as Mutable<CertificateSigningRequest>;
  const before = (previous as CertificateSigningRequest | undefined)?.status?.conditions ?? [];
  const now = timestamp(registry.clock);
  const conditions = request.status?.conditions?.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    const times = { lastUpdateTime: now, lastTransitionTime: same?.lastTransitionTime ?? now };
    return { ...times, ...given(condition) };
  });
  if (conditions) request.status = { ...request.status, conditions };
}

/** Clients send null for times that they do not know. */
function given<T extends object>(condition: T): T {
  return Object.fromEntries(Object.entries(condition).filter(([, value]) => value !== null)) as T;
}
