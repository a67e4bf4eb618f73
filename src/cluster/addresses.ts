import { IpRange } from "../apiserver/allocation/ip-range.ts";

/** Which addresses and names a cluster uses. */
export const clusterDomain = "cluster.local";
export const serviceCidr = "10.96.0.0/12";
export const podCidr = "10.244.0.0/14";
/** LoadBalancer Services answer here on this machine. */
export const loadBalancerCidr = "127.128.0.0/16";
export const apiPort = 6443;

const nodeRange = new IpRange("172.18.0.0/16");
const podRange = new IpRange(podCidr);
const podsPerNode = 256;

/** This machine in the nodes' network: the gateway that connections from outside come from. */
export const hostIp: string = nodeRange.at(1);

/** Node 0 is the control plane. */
export function nodeIp(index: number): string {
  return nodeRange.at(index + 2);
}

/** A node's range of pod addresses. */
export function podCidrOf(index: number): string {
  return `${podRange.at(index * podsPerNode)}/24`;
}

/** The first node, on which the control plane runs. */
export const controlPlaneNode = "picokube-control-plane";
