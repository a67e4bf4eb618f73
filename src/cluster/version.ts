import { kubernetesVersion } from "../apiserver/server-info.ts";

export const picokubeVersion = "0.1.0";

/** What `picokube version` prints. */
export const versionLine: string = `picokube ${picokubeVersion} (Kubernetes ${kubernetesVersion})`;
