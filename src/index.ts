/** A whole Kubernetes cluster in one Node.js process. */
export { createCluster } from "./cluster.ts";
export type { Cluster } from "./cluster/handle.ts";
export type { KubectlOptions } from "./cluster/apply.ts";
export type { ClusterServer } from "./cluster/listen.ts";
export type { ClusterOptions, ListenOptions } from "./cluster/options.ts";
export type { ExecOptions, ExecResult } from "./cluster/exec.ts";
export type { FetchOptions, Reply } from "./cluster/fetch.ts";
export { ApiError } from "./api/status.ts";
export type { KubeObject } from "./api/object.ts";
export type { Image } from "./runtime/image.ts";
export type { Process, Program } from "./runtime/process.ts";
export type { Log, LogLevel } from "./sim/log.ts";
export { freshSeed } from "./sim/secret.ts";
export { builtinImages } from "./images/index.ts";
export { imagesFromYaml } from "./images/declared-images.ts";
export { kubectlMain } from "./kubectl/main.ts";
export { versionLine } from "./cluster/version.ts";
