import type { Duplex } from "node:stream";

import type { ByteSink, ByteSource } from "../api/bytes.ts";
import type { Pod } from "../api/types.gen.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";

/** A container of a pod that is bound to a node. */
export interface ContainerTarget {
  readonly pod: Pod;
  readonly container: string;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export interface LogOptions {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly stream?: "All" | "Stdout" | "Stderr";
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The far ends of a session's streams. What the client did not ask for is absent. */
export interface SessionStreams {
  readonly stdin?: ByteSource;
  readonly stdout?: ByteSink;
  /** Absent with a TTY: both go to stdout. */
  readonly stderr?: ByteSink;
  readonly tty: boolean;
  readonly sizes?: AsyncIterable<TerminalSize>;
  /** Aborted when the client has gone. */
  readonly hangUp: AbortSignal;
}

/** Where a proxied request goes. */
export interface ProxiedAddress {
  readonly scheme: "http" | "https";
  readonly ip: string;
  readonly port: number;
}

/**
 * What the API server asks of the kubelets. Each call is about a pod with a node;
 * failures that a user should see are `ApiError`s worded as the kubelet words them.
 */
export interface NodeAgents {
  logs(target: ContainerTarget, options: LogOptions): Promise<ByteSource>;
  /** Resolves with the exit code. */
  exec(target: ContainerTarget, command: readonly string[], streams: SessionStreams): Promise<number>;
  /** Resolves when the container has exited, however it did, or the client hangs up. */
  attach(target: ContainerTarget, streams: SessionStreams): Promise<void>;
  /** A connection to a port inside the pod, as from its own localhost. */
  portForward(pod: Pod, port: number): Promise<Duplex>;
  /**
   * A request from the control plane to an address in the cluster (pod and service proxies), over TLS for `https`
   * whatever the certificate. Rejects with NetworkError, or an Error worded as Go's client words it.
   */
  fetch(to: ProxiedAddress, request: HttpRequest): Promise<HttpResponse>;
  /** A request to a kubelet's own HTTP API: `/healthz`, `/pods`, `/stats/summary`, `/configz`. */
  nodeRequest(node: string, request: HttpRequest): Promise<HttpResponse>;
}
