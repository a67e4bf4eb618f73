import type { EndpointSlice } from "../../api/types.gen.ts";

const shown = 3;

/** `10.244.1.2:80,10.244.2.3:80 + 2 more...`: the addresses behind one port of a Service. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const all = slices.flatMap(({ ports, endpoints }) => {
    const matching = (ports ?? []).filter(({ name = "" }) => name === portName);
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return matching.flatMap(({ port = 0 }) => {
      return ready.flatMap(({ addresses }) =>
        addresses.map((address) => (address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`)),
      );
    });
  });
  if (all.length <= shown) return all.join(",");
  return `${all.slice(0, shown).join(",")} + ${all.length - shown} more...`;
}
