import { NetworkError } from "../../network/network.ts";
import type { Process } from "../../runtime/process.ts";
import type { Call } from "../applet.ts";
import { Failure } from "../failure.ts";
import { ask } from "./dns/ask.ts";
import { resolvConfOf, reverseName, serverAddress } from "./dns/question.ts";
import { bare } from "./dns/record-line.ts";

/** nslookup of busybox 1.28 and before: what the resolver finds, each address with the name it belongs to. */
export async function oldLookup({ process, out }: Call, name: string, server: string | undefined): Promise<number> {
  const given = server === undefined ? resolvConfOf(process).nameservers[0] : await serverAddress(process, server);
  const dns = given ?? "127.0.0.1";
  await out.print(`Server:    ${server ?? dns}\nAddress 1: ${dns}${await nameOf(process, dns, dns)}\n\n`);
  const addresses = await addressesOf(process, name);
  if (addresses.length === 0) throw new Failure(`can't resolve '${name}'`);
  await out.print(`Name:      ${name}\n`);
  for (const [index, address] of addresses.entries()) {
    await out.print(`Address ${index + 1}: ${address}${await nameOf(process, address, dns)}\n`);
  }
  return 0;
}

async function addressesOf(process: Process, name: string): Promise<readonly string[]> {
  try {
    return await process.network.lookup(name);
  } catch (error) {
    if (error instanceof NetworkError) return [];
    throw error;
  }
}

/** With a space in front; "" when it has none. */
async function nameOf(process: Process, address: string, server: string): Promise<string> {
  const name = reverseName(address);
  if (name === undefined) return "";
  try {
    const { answers } = await ask(process, { name, type: "PTR" }, { server, timeoutMs: 5000 });
    const found = answers.find((record) => record.type === "PTR");
    return found?.type === "PTR" ? ` ${bare(found.target)}` : "";
  } catch (error) {
    if (error instanceof NetworkError) return "";
    throw error;
  }
}
