import type { LoadBalancerAddresses } from "../controllers/load-balancer.ts";
import { AddressPool } from "../network/address-pool.ts";
import { loadBalancerCidr } from "./addresses.ts";

/** Load balancers on this machine's loopback addresses; with `loadBalancerIP` any of 127.0.0.0/8. */
export function loopbackBalancers(provisionMs: number): LoadBalancerAddresses {
  const pool = new AddressPool(loadBalancerCidr);
  return {
    provisionMs,
    take: () => pool.take(),
    release: (ip) => pool.release(ip),
    reserve(ip) {
      if (!ip.startsWith("127."))
        return `requested address ${ip} is not one of this machine's loopback addresses (127.0.0.0/8)`;
      return pool.reserve(ip) || `requested address ${ip} is already in use`;
    },
  };
}
