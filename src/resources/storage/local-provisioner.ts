/** Makes volumes for the classes that name it, and keeps their data in memory: one disk for all nodes. */
export const localProvisioner = "picokube.io/local";

/** Those of minikube, kind and Docker Desktop, for whose classes it stands in: manifests written for them find a disk. */
const standsInFor = new Set(["k8s.io/minikube-hostpath", "rancher.io/local-path", "docker.io/hostpath"]);

export function isProvisionedHere(provisioner: string): boolean {
  return provisioner === localProvisioner || standsInFor.has(provisioner);
}
