import type { ProxyMode } from "../kubeproxy/balancer.ts";
import type { Image } from "../runtime/image.ts";
import type { Log } from "../sim/log.ts";

export interface ClusterOptions {
  /** `virtual` stands still until `advance()`; `real` is the machine's. Virtual unless given. */
  readonly clock?: "real" | "virtual";
  /** Names, addresses and turns all follow from it. 1 unless given. */
  readonly seed?: number;
  /** 3 unless given; the first is the control plane. */
  readonly nodes?: number;
  /** `realistic`: an image's first pull on a node takes about a second, a start 0.3 s. `instant`: no time. Instant unless given. */
  readonly pace?: "realistic" | "instant";
  /** `ipvs` (in turn) unless given. */
  readonly proxyMode?: ProxyMode;
  /** `loopback` gives LoadBalancer Services an address of this machine's loopback range; `none` leaves them pending. */
  readonly loadBalancer?: "loopback" | "none";
  /** What kube-system runs: DNS alone (`dns`), or all that `kubeadm` puts there (`full`), which costs a few milliseconds. `dns` unless given. */
  readonly systemPods?: "full" | "dns";
  /** Runs ingress-nginx, as the default class. Off unless given; `listen({ ingressPort })` starts it too. */
  readonly ingress?: boolean;
  /** Asked before the built-in images. */
  readonly images?: readonly Image[];
  /** What becomes of images that nobody knows. `serve` unless given. */
  readonly unknownImages?: "serve" | "fail";
  /** Silent unless given. */
  readonly log?: Log;
}

export interface ListenOptions {
  /** 0, a free one, unless given. */
  readonly port?: number;
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** Where NodePorts listen. 127.0.0.1 unless given. `false` opens none. */
  readonly nodePortAddress?: string | false;
  /** Where the cluster's DNS answers this machine, UDP and TCP; 0 takes a free one. Nowhere unless given. */
  readonly dnsPort?: number;
  /** Where Ingresses answer this machine, HTTP and HTTPS on one port; 0 takes a free one. Nowhere unless given. */
  readonly ingressPort?: number;
  /** Names the kubeconfig's cluster, user and context. `picokube` unless given. */
  readonly name?: string;
}
